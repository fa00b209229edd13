"""Write the table of lessons and labs, with their computed minutes, into README.md.

    python make.py minutes

The rule of the minutes stands in `immunereset.lesson.rhythm`; the book fills in its own when it is built.
"""

import re

from immunereset.lesson.contents import contents

from .lessons import NOTEBOOKS, ROOT

README = ROOT / "README.md"
TABLE = re.compile(r"^\| No\. \| Lesson \|.*?(?=\n\n)", re.MULTILINE | re.DOTALL)


def with_table(readme):
    """The text of README.md with its table of lessons as it is now."""
    return TABLE.sub(lambda _: contents(NOTEBOOKS, "notebooks/"), readme, count=1)


if __name__ == "__main__":
    README.write_text(with_table(README.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
