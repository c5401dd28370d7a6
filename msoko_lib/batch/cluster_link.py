"""The way to a Dask cluster: its scheduler, its workers, and which of them may make reports."""

from __future__ import annotations

import contextlib
import logging
import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msoko_lib.batch.cluster_worker import introduce
from msoko_lib.problems import Problem

SCHEMES = ("tcp://", "tls://")
# How long a scheduler is waited for, and an answer from it.
CONNECT_S, CALL_S = 10.0, 60.0


class ClusterProblem(Problem):
    """The cluster cannot make the reports."""


def require_cluster(address: str) -> None:
    """Refuse a cluster that cannot make reports, before any long work begins.

    Parameters
    ----------
    address : str
        Of the scheduler: ``tcp://host:port`` or ``tls://host:port``.

    Raises
    ------
    ClusterProblem
        If there is no scheduler, it has no worker, or a worker has another version.
    """
    with connected(address) as client:
        workers = list(workers_of(client))
        if not workers:
            raise ClusterProblem(
                f"У планировщика {address} нет ни одной рабочей машины. Запустите на них dask "
                f"worker {address} и повторите команду."
            )
        refused = strangers(ask(client, workers, introduce))
        if refused:
            raise refusal(refused)


@contextlib.contextmanager
def connected(address: str) -> Iterator[Any]:
    """A client of the scheduler.

    Raises
    ------
    ClusterProblem
        If the address is none, nobody answers there, or Dask is not installed.
    """
    if not address.startswith(SCHEMES):
        raise ClusterProblem(
            f"Адрес планировщика записывается как tcp://имя-машины:8786, получено: {address}."
        )
    try:
        import dask
        from distributed import Client
    except ImportError:
        raise ClusterProblem(
            "Для работы на нескольких машинах нужен пакет distributed. Установите его: "
            "pip install distributed (точная версия – в requirements.lock)."
        ) from None
    # Whoever runs a command is told in Russian by us.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    with dask.config.set({"distributed.comm.timeouts.connect": CONNECT_S}):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                client = Client(address, timeout=CONNECT_S, set_as_default=False)
        except (OSError, ValueError, TypeError, RuntimeError):
            raise ClusterProblem(
                f"Планировщик {address} не отвечает. Проверьте адрес, запущен ли он (dask "
                "scheduler) и не закрыт ли порт; как запускать – docs/несколько-машин.md."
            ) from None
        try:
            yield client
        finally:
            with contextlib.suppress(Exception):
                client.close(timeout=CONNECT_S)


def workers_of(client: Any) -> dict[str, int]:
    """Address of every worker → how many reports it makes at a time."""
    told = client.sync(client.scheduler.identity, n_workers=-1, callback_timeout=CALL_S)
    return {address: max(1, one["nthreads"]) for address, one in told["workers"].items()}


def ask(client: Any, workers: Sequence[str], what: Any, *words: Any) -> dict[str, Any]:
    """Answer of every worker, or the exception that it gave in place of one."""
    if not workers:
        return {}
    return client.run(
        what, *words, workers=list(workers), on_error="return", callback_timeout=CALL_S
    )


def strangers(answers: Mapping[str, Any]) -> dict[str, str]:
    """Workers on which a report might come out otherwise → how they differ from this machine.

    One that has not answered is no stranger: it may be on its way out, or be asked again.
    """
    mine = introduce()
    refused = {}
    for worker, theirs in answers.items():
        if isinstance(theirs, OSError):
            continue
        if isinstance(theirs, Exception):
            refused[worker] = "msoko там не установлена или установлена другая версия"
        else:
            other = [name for name in mine if theirs.get(name) != mine[name]]
            if other:
                refused[worker] = "; ".join(
                    f"{name} – там {theirs.get(name, 'нет')}, здесь {mine[name]}" for name in other
                )
    return refused


def refusal(refused: Mapping[str, str]) -> ClusterProblem:
    """What is told of workers that do not fit."""
    told = " ".join(f"Рабочая машина {worker}: {why}." for worker, why in refused.items())
    return ClusterProblem(
        f"Отчёты на этих машинах могли бы выйти другими, поэтому ничего не начато. {told} "
        "Поставьте на них то же, что здесь, перезапустите dask worker и повторите команду."
    )
