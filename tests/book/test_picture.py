"""The README shows the live reset figure as it is now."""

from tools.picture import NAME, PICTURE, digest, figure


def test_the_readme_shows_the_figure_of_the_book(built_book, root):
    page = (built_book / "notebooks" / "07-immune-reset.html").read_text(encoding="utf-8")
    shown = digest(PICTURE.read_text(encoding="utf-8"))
    assert shown == figure(page)[0], f"{PICTURE.name} is not the present {NAME}: run `python make.py picture`"
    assert PICTURE.relative_to(root).as_posix() in (root / "README.md").read_text(encoding="utf-8")


def test_a_picture_without_a_digest_is_none():
    assert digest("<svg></svg>") is None
