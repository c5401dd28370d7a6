"""The municipality's folder: rights, room, the key, the cloud, leavings, locks, parameters."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from msoko_lib.doctor.line import Line, bad, good, warning
from msoko_lib.problems import Problem
from msoko_lib.project import Project, is_school_year

# A year of a municipality with its editions takes some hundreds of megabytes.
LEAST_FREE_MB, ENOUGH_FREE_MB = 300, 2048
_MB = 1024 * 1024
CLOUDS = (
    "onedrive",
    "яндекс.диск",
    "yandexdisk",
    "yandex.disk",
    "dropbox",
    "google drive",
    "googledrive",
    "icloud",
    "mail.ru",
    "облако",
    "nextcloud",
)
_CLOUD_VARIABLES = ("OneDrive", "OneDriveCommercial", "OneDriveConsumer")


def folder(project: Project) -> Line:
    """Which folder was found."""
    kind = "своя папка муниципалитета" if project.is_laid_out else "папка вместе с программой"
    return good("Папка", f"{project.root} ({kind})")


def rights(project: Project) -> Line:
    """Whether files can be written where the program writes."""
    refused = [name for name in ("data", "outputs") if not _can_write(project.root / name)]
    if refused:
        return bad(
            "Запись",
            f"нельзя писать в {', '.join(refused)}",
            f"Откройте доступ на запись к папке {project.root} или перенесите её.",
        )
    return good("Запись", "файлы пишутся")


def _can_write(place: Path) -> bool:
    near = next(each for each in (place, *place.parents) if each.exists())
    probe = near / f".msoko-{secrets.token_hex(4)}"
    try:
        probe.write_bytes(b"1")
        probe.unlink()
    except OSError:
        return False
    return True


def disk(project: Project, free: int | None = None) -> Line:
    """Room on the disk."""
    free_mb = (shutil.disk_usage(project.root).free if free is None else free) // _MB
    told = f"свободно {free_mb} МБ"
    mend = "Освободите место на диске: отчёты и издания одного года занимают сотни мегабайт."
    if free_mb < LEAST_FREE_MB:
        return bad("Место на диске", told, mend)
    if free_mb < ENOUGH_FREE_MB:
        return warning("Место на диске", told, mend)
    return good("Место на диске", told)


def key(project: Project) -> Line:
    """The key that pupils' codes are made with; it is not made here."""
    from msoko_lib.pseudonym import key_path, load_key

    what, path = "Ключ обезличивания", key_path()
    if not path.exists() and not path.resolve().is_relative_to(project.root.resolve()):
        if any((project.root / "data" / "processed").glob("*/manifest.json")):
            return bad(
                what,
                f"ключа нет ({path}), а прочитанные годы есть",
                "Верните его из резервной копии: с новым ключом прежние годы не свяжутся.",
            )
        return good(what, f"появится при первом чтении: {path}")
    try:
        load_key(project.root, path)
    except Problem as problem:
        return bad(what, "нельзя пользоваться", str(problem))
    except OSError:
        return bad(what, f"не читается: {path}", "Откройте доступ к нему своему пользователю.")
    return good(what, f"{path}; храните его копию отдельно от данных")


def cloud(project: Project) -> Line:
    """A folder that a cloud carries away: personal data leave the computer, files are locked."""
    root = project.root.resolve()
    named = [part for part in root.parts if part.lower().startswith(CLOUDS)]
    inside = [
        place
        for name in _CLOUD_VARIABLES
        if (place := os.environ.get(name)) and root.is_relative_to(Path(place))
    ]
    if named or inside:
        return warning(
            "Облако",
            f"папка лежит в облаке ({[*named, *inside][0]})",
            "Перенесите её: в ней персональные данные, а облако ещё и мешает записи файлов.",
        )
    return good("Облако", "папка не в облаке")


def leavings(project: Project) -> Line:
    """What killed runs have left."""
    from msoko_lib.batch.lock import drafts_of

    found = [path for year in _years(project) for place in year for path in drafts_of(place)]
    if found:
        return warning(
            "Следы прерванных запусков",
            f"недописанных файлов – {len(found)}",
            "Готовому они не мешают; следующий запуск msoko run их уберёт.",
        )
    return good("Следы прерванных запусков", "нет")


def locks(project: Project) -> Line:
    """Whether a run is under way."""
    from msoko_lib.batch.lock import busy_with

    told = [busy_with(project, outputs.name) for outputs, _ in _years(project)]
    busy = [each for each in told if each]
    if busy:
        return warning("Другие запуски", busy[0], "Дождитесь его конца.")
    return good("Другие запуски", "нет")


def _years(project: Project) -> Iterator[tuple[Path, Path]]:
    outputs = project.root / "outputs"
    for each in sorted(outputs.iterdir()) if outputs.is_dir() else []:
        if is_school_year(each.name):
            yield each, project.bank(each.name)


def parameters(project: Project) -> Line:
    """Whether parameters, catalogue and rules can be read, the own ones too."""
    from msoko_lib.catalogue import load_catalogue
    from msoko_lib.recommendations.rules import load_rules
    from msoko_lib.settings import load_settings

    what = "Параметры"
    year = (project.raw_years() or ["2024-2025"])[-1]
    try:
        settings = load_settings(project, year)
        passports = load_catalogue(project).passports
        load_rules(project)
    except Problem as problem:
        return bad(what, "заполнены неверно", str(problem))
    return good(what, f"{settings.municipality.name}; показателей – {len(passports)}")
