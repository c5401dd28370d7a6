"""A municipality's own folder, apart from the program: data, outputs and what is its own.

Parameters, notebooks and templates of the delivery stay with the installed program, so an update
of the program is no business of this folder.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

from msoko_lib import __version__
from msoko_lib.problems import Problem
from msoko_lib.project import FOLDER_MARKER, MARKER, OWN, delivery

FOLDERS = ("data/raw", "data/processed", "outputs")
OWN_PARAMS = f"params/{OWN}"
EXPLORE = "notebooks/explore"
_CREATED_WITH = "created_with"

_MARKER_TEXT = """\
# Папка муниципалитета для программы msoko. Не удаляйте этот файл: по нему программа её узнаёт.
{key}: "{version}"
"""
_README = """\
# Папка муниципалитета для msoko

Здесь – данные, отчёты и всё ваше. Сама программа, её параметры и тетради установлены отдельно:
обновление программы эту папку не трогает.

| Папка | Что в ней |
|---|---|
| `data/raw/2024-2025` | выгрузки учебного года под любыми именами; создайте папку своего года |
| `data/processed` | банк данных; его пишет программа |
| `outputs/2024-2025` | отчёты; начните с `index.html` |
| `params/own` | ваши параметры, показатели, тексты и шаблоны – только отличия; там есть памятка |
| `notebooks/explore` | тетради для исследования: `msoko lab` |

Команды пишутся в этой папке:

```
msoko                    что делать дальше
msoko doctor             всё ли готово на этом компьютере
msoko demo               вымышленный муниципалитет для знакомства
msoko intake 2024-2025   прочитать файлы года
msoko run 2024-2025      сделать отчёты
```

Название своего муниципалитета впишите в `params/own/common.yml`.

Копию храните вне этого компьютера: `data/raw`, `data/issued`, `data/published`, `params/own`,
`outputs/…/editions`, и отдельно – ключ обезличивания (где он лежит, говорит `msoko doctor`).
Выгрузки содержат персональные данные: не держите эту папку в облаке и не пересылайте её.
"""
_GITIGNORE = """\
# Данные муниципалитета и всё, что из них сделано, в хранилище версий не попадают.
data/
outputs/
.ipynb_checkpoints/
"""
_COMMON = """\
# Только то, что у вас иначе, чем в поставке. Уберите «# » в начале строк и впишите своё.
# municipality:
#   name: Сосновский муниципальный округ
#   name_genitive: Сосновского муниципального округа
#   region: Энская область
#   department: Управление образования Сосновского муниципального округа
"""


class CannotLayOut(Problem):
    """The folder cannot become a municipality's."""


@dataclass(frozen=True)
class LaidOut:
    """What was done to a folder.

    ``written`` are names below the folder; ``before`` is the version that laid it out earlier,
    empty for a new one.
    """

    folder: Path
    written: tuple[str, ...]
    before: str = ""


def lay_out(folder: Path) -> LaidOut:
    """Make a folder a municipality's; nothing that is there already is changed.

    Raises
    ------
    CannotLayOut
        If it is a file, or the program itself lies in it.
    """
    folder = folder.resolve()
    if folder.exists() and not folder.is_dir():
        raise CannotLayOut(f"{folder} – это файл, а нужна папка. Назовите другую.")
    if (folder / MARKER).is_file():
        raise CannotLayOut(
            f"В папке {folder} лежит сама программа: она уже готова к работе. Чтобы данные лежали "
            "отдельно от программы, назовите другую папку, например: msoko init ../Муниципалитет"
        )
    before = _laid_out_with(folder)
    written = []
    for name in FOLDERS:
        if not (folder / name).is_dir():
            (folder / name).mkdir(parents=True)
            written.append(f"{name}/")
    for name, content in _files().items():
        path = folder / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            written.append(name)
    return LaidOut(folder, tuple(written), before)


def _laid_out_with(folder: Path) -> str:
    marker = folder / FOLDER_MARKER
    if not marker.is_file():
        return ""
    try:
        told = yaml.safe_load(marker.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError):
        told = None
    return str(told.get(_CREATED_WITH)) if isinstance(told, dict) else "неизвестной версией"


def _files() -> dict[str, bytes]:
    """Name below the folder → content. The marker comes last: with it the folder is whole."""
    texts = {"README.md": _README, ".gitignore": _GITIGNORE, f"{OWN_PARAMS}/common.yml": _COMMON}
    files = {name: text.encode() for name, text in texts.items()}
    delivered = delivery()
    memo = delivered / OWN_PARAMS / "README.md"
    notebooks = sorted((delivered / EXPLORE).glob("*.ipynb"))
    for path in [memo, *notebooks]:
        files[path.relative_to(delivered).as_posix()] = path.read_bytes()
    marker = _MARKER_TEXT.format(key=_CREATED_WITH, version=__version__)
    return {**files, FOLDER_MARKER: marker.encode()}
