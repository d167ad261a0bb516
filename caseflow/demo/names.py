"""Invented people: names as common as in life, positions of a Party committee, staff codes."""

from __future__ import annotations

from random import Random

from caseflow.demo.slots import pick

# Shares of family names, roughly as among the Kinh, with some of the province's Tày and Nùng.
_FAMILY = {
    "Nguyễn": 385, "Trần": 95, "Lê": 70, "Phạm": 60, "Hoàng": 60, "Vũ": 45, "Đỗ": 35, "Dương": 35, "Ngô": 30, "Thân": 25,
    "Giáp": 20, "Bùi": 20, "Đặng": 18, "Phan": 14, "Lương": 14, "Trịnh": 12, "Đồng": 10, "Vi": 10, "Hà": 10, "Chu": 8,
    "Nông": 8, "Tạ": 8, "Lưu": 6, "Đào": 6, "Lục": 4, "Mai": 4, "Lý": 4, "Ong": 2, "Khổng": 2,
}  # fmt: skip
_MALE_MIDDLE = {
    "Văn": 40,
    "Đức": 10,
    "Minh": 7,
    "Quang": 7,
    "Xuân": 6,
    "Hữu": 6,
    "Ngọc": 5,
    "Thanh": 5,
    "Mạnh": 4,
    "Đình": 4,
    "Công": 3,
    "Trọng": 3,
}
_FEMALE_MIDDLE = {
    "Thị": 55,
    "Thị Thanh": 5,
    "Thị Thu": 6,
    "Thị Hồng": 5,
    "Thị Ngọc": 4,
    "Thu": 5,
    "Thanh": 5,
    "Minh": 4,
    "Ngọc": 4,
    "Phương": 3,
    "Hồng": 3,
}
_MALE_GIVEN = (
    "Hùng", "Dũng", "Cường", "Tuấn", "Sơn", "Hải", "Nam", "Thắng", "Long", "Minh", "Quân", "Hiếu", "Trung", "Thành", "Tùng",
    "Chiến", "Đông", "Bình", "Khánh", "Phong", "Tiến", "Toàn", "Vinh", "Kiên", "Lâm", "Luân", "Thái", "Hưng", "Đạt", "Duy", "Giang", "Huy",
)  # fmt: skip
_FEMALE_GIVEN = (
    "Hương", "Lan", "Hoa", "Hằng", "Hạnh", "Nga", "Thủy", "Hiền", "Mai", "Yến", "Linh", "Trang", "Thảo", "Huyền", "Nhung", "Loan",
    "Liên", "Oanh", "Phương", "Dung", "Thơm", "Vân", "Xuân", "Tâm", "Quyên", "Hà", "Ngân", "Thúy", "Bích", "Duyên",
)  # fmt: skip
_WOMEN = 0.36


def _weighted(shares: dict[str, int]) -> tuple[str, ...]:
    return tuple(name for name, share in shares.items() for _ in range(share))


_FAMILIES = _weighted(_FAMILY)
_MALE = (_weighted(_MALE_MIDDLE), _MALE_GIVEN)
_FEMALE = (_weighted(_FEMALE_MIDDLE), _FEMALE_GIVEN)


def person_name(rng: Random) -> str:
    """A full name, family name first; the middle name fits the given one, and names repeat as in life."""
    middles, givens = _FEMALE if rng.random() < _WOMEN else _MALE
    family, middle, given = pick(rng, _FAMILIES), pick(rng, middles), pick(rng, givens)
    # "Minh Minh" is nobody's name.
    while middle.endswith(given):
        given = pick(rng, givens)
    return f"{family} {middle} {given}"


def staff_code(number: int) -> str:
    """The staff code of the person counted `number`: CB-000123. Raises ValueError below 1."""
    if number < 1:
        raise ValueError(number)
    return f"CB-{number:06d}"


# What a person is called, by the level of the committee and by the role they hold in the program. {level} words
# name the committee (Huyện ủy) and {gov} the unit's kind (huyện, xã, phường).
_POSITIONS: dict[str, dict[str, tuple[str, ...]]] = {
    "province": {
        "supervisor": ("Phó Bí thư Thường trực {committee}", "Phó Bí thư {committee}", "Ủy viên Ban Thường vụ {committee}"),
        "registrar": ("Phó Chánh Văn phòng {committee}", "Chuyên viên Văn phòng {committee}", "Văn thư Văn phòng {committee}"),
        "inspector": ("Chủ nhiệm Ủy ban Kiểm tra {committee}", "Phó Chủ nhiệm Ủy ban Kiểm tra {committee}"),
        "reporter": ("Phó Trưởng ban Tuyên giáo {committee}", "Chuyên viên Ban Tuyên giáo {committee}", "Chuyên viên Ban Dân vận {committee}"),
        "administrator": ("Trưởng phòng Cơ yếu - Công nghệ thông tin Văn phòng {committee}",),
        "owner": ("Phó Giám đốc Sở Tài nguyên và Môi trường", "Phó Giám đốc Sở Nội vụ", "Phó Chánh Thanh tra {gov}", "Phó Giám đốc Sở Kế hoạch và Đầu tư"),
    },
    "district": {
        "supervisor": ("Bí thư {committee}", "Phó Bí thư Thường trực {committee}", "Chủ tịch UBND {gov}", "Phó Chủ tịch UBND {gov}"),
        "registrar": ("Chánh Văn phòng {committee}", "Phó Chánh Văn phòng {committee}", "Chuyên viên Văn phòng {committee}"),
        "inspector": ("Chủ nhiệm Ủy ban Kiểm tra {committee}", "Phó Chủ nhiệm Ủy ban Kiểm tra {committee}", "Ủy viên Ủy ban Kiểm tra {committee}"),
        "reporter": ("Trưởng ban Tuyên giáo {committee}", "Phó Trưởng ban Tuyên giáo {committee}", "Chuyên viên Ban Dân vận {committee}"),
        "administrator": ("Chuyên viên công nghệ thông tin Văn phòng {committee}",),
        "owner": (
            "Trưởng phòng Tài nguyên và Môi trường", "Trưởng phòng Kinh tế và Hạ tầng", "Chánh Thanh tra {gov}", "Trưởng phòng Nội vụ",
            "Giám đốc Trung tâm Phát triển quỹ đất", "Trưởng phòng Tài chính - Kế hoạch", "Trưởng phòng Văn hóa và Thông tin", "Phó Chủ tịch UBND {gov}",
        ),
    },
    "grassroots": {
        "supervisor": ("Bí thư {committee}", "Phó Bí thư Thường trực {committee}", "Chủ tịch UBND {gov}"),
        "registrar": ("Công chức Văn phòng - Thống kê", "Cán bộ Văn phòng {committee}"),
        "inspector": ("Chủ nhiệm Ủy ban Kiểm tra {committee}", "Phó Chủ nhiệm Ủy ban Kiểm tra {committee}"),
        "reporter": ("Trưởng ban Tuyên giáo {committee}", "Trưởng khối Dân vận {committee}"),
        "administrator": ("Công chức Văn phòng - Thống kê",),
        "owner": (
            "Công chức Địa chính - Xây dựng", "Công chức Tư pháp - Hộ tịch", "Công chức Văn hóa - Xã hội", "Công chức Tài chính - Kế toán",
            "Phó Chủ tịch UBND {gov}", "Chủ tịch Ủy ban Mặt trận Tổ quốc {gov}", "Trưởng Công an {gov}", "Chủ tịch Hội Nông dân {gov}",
            "{hamlet_head}", "{hamlet_head}",
        ),
    },
    "cell": {
        "supervisor": ("Bí thư chi bộ", "Phó Bí thư chi bộ"),
        "registrar": ("Chi ủy viên",),
        "inspector": ("Chi ủy viên phụ trách kiểm tra",),
        "reporter": ("Chi ủy viên phụ trách tuyên giáo",),
        "administrator": ("Chi ủy viên",),
        "owner": ("{hamlet_head}", "Trưởng ban Công tác Mặt trận", "Đảng viên"),
    },
}  # fmt: skip
_COMMITTEES = {
    "province": "Tỉnh ủy",
    "district": "Huyện ủy",
    "city": "Thành ủy",
    "grassroots": "Đảng ủy",
    "cell": "chi bộ",
}
_UNITS = {
    "province": "tỉnh",
    "district": "huyện",
    "city": "thành phố",
    "commune": "xã",
    "ward": "phường",
    "township": "thị trấn",
}

POSITION_ROLES = tuple(_POSITIONS["grassroots"])


def position(rng: Random, level: str, role: str, kind: str | None = None) -> str:
    """One of `positions`."""
    return pick(rng, positions(level, role, kind))


def positions(level: str, role: str, kind: str | None = None) -> tuple[str, ...]:
    """What people at a level are called for a role of POSITION_ROLES, the highest first.

    `kind` is the unit's (ward, city …), by default the common one. The level `commune` reads as `grassroots`.
    Raises KeyError for an unknown level or role.
    """
    level = "grassroots" if level == "commune" else level
    kind = kind or ("commune" if level in {"grassroots", "cell"} else level)
    words = {
        "committee": _committee(level, kind),
        "gov": _UNITS[kind],
        "hamlet_head": "Trưởng thôn" if kind == "commune" else "Tổ trưởng tổ dân phố",
    }
    return tuple(text.format(**words) for text in _POSITIONS[level][role])


def _committee(level: str, kind: str) -> str:
    if level == "grassroots":
        return f"Đảng ủy {_UNITS[kind]}"
    return _COMMITTEES["city" if kind == "city" else level]
