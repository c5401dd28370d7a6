"""What the clusters are: profile, share of variance, a tree of two questions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sklearn.model_selection import LeaveOneOut, cross_val_predict
from sklearn.tree import DecisionTreeClassifier


@dataclass(frozen=True)
class ClusterExplanation:
    """Description of clusters in the original units. No p-values: the clusters were made from
    these very variables, so a test on them would always find a difference.

    Attributes
    ----------
    profile : DataFrame
        Cluster × variable: mean in the original units.
    standardised : DataFrame
        Cluster × variable: mean in standard deviations from the mean of all.
    eta_squared : Series
        Share of each variable's variance that lies between clusters, 0…1, largest first.
    rules : DataFrame
        One row = one leaf of the tree: ``conditions`` (tuple of (variable, "<=" or ">", value)),
        ``cluster``, ``n``, ``n_correct``.
    accuracy : float
        Share of schools that the tree puts into their cluster.
    accuracy_left_out : float
        The same with the tree grown without the school judged.
    """

    profile: pd.DataFrame
    standardised: pd.DataFrame
    eta_squared: pd.Series
    rules: pd.DataFrame
    accuracy: float
    accuracy_left_out: float


def eta_squared(values: Any, labels: Any) -> pd.Series:
    r"""Share of variance between clusters, :math:`\eta^2=SS_{between}/SS_{total}`.

    Parameters
    ----------
    values : DataFrame, shape (units, variables)
        Numeric variables.
    labels : array-like, length units
        Cluster of each unit.

    Returns
    -------
    Series indexed by variable, 0…1; NaN for a constant variable.

    References
    ----------
    Fisher (1925), Statistical Methods for Research Workers.

    Examples
    --------
    >>> eta_squared(pd.DataFrame({"pupils": [1.0, 2.0, 9.0, 10.0]}), [1, 1, 2, 2]).round(3).item()
    0.985
    """
    frame = pd.DataFrame(values).astype(float)
    groups = np.asarray(labels)
    fitted = frame.groupby(groups).transform("mean")
    between = ((fitted - frame.mean()) ** 2).sum()
    total = ((frame - frame.mean()) ** 2).sum()
    return (between / total.where(total > 0)).rename("eta_squared")


def explain_clusters(context: pd.DataFrame, labels: Any, depth: int = 2) -> ClusterExplanation:
    """Describe clusters by profile, η² and a shallow decision tree.

    Parameters
    ----------
    context : DataFrame
        One row = one school, context variables in their original units. Columns that are not
        numbers become one 0/1 column for each label.
    labels : array-like, length rows
        Cluster of each school.
    depth : int
        Questions on the way to a leaf.

    Returns
    -------
    ClusterExplanation

    Raises
    ------
    ValueError
        If lengths differ or a value is missing.

    References
    ----------
    Breiman et al. (1984), Classification and Regression Trees.

    Examples
    --------
    >>> found = explain_clusters(pd.DataFrame({"pupils": [90, 110, 700, 800]}), [1, 1, 2, 2])
    >>> found.rules["conditions"].tolist()
    [(('pupils', '<=', 405.0),), (('pupils', '>', 405.0),)]
    """
    groups = np.asarray(labels)
    if len(groups) != len(context):
        raise ValueError(f"{len(groups)} labels for {len(context)} schools")
    if context.isna().any(axis=None):
        raise ValueError("context has missing values: leave these schools out first")
    values = pd.get_dummies(context).astype(float)
    tree = DecisionTreeClassifier(max_depth=depth, random_state=0)
    matrix = values.to_numpy()
    predicted = tree.fit(matrix, groups).predict(matrix)
    rules = _leaf_rules(tree, list(values.columns), matrix, groups, predicted)
    spread = values.std(ddof=1)
    standard = (values - values.mean()) / spread.where(spread > 0)
    return ClusterExplanation(
        profile=values.groupby(groups).mean().rename_axis("cluster"),
        standardised=standard.groupby(groups).mean().rename_axis("cluster"),
        eta_squared=eta_squared(values, groups).sort_values(ascending=False),
        rules=rules,
        accuracy=float((predicted == groups).mean()),
        accuracy_left_out=_left_out_accuracy(tree, matrix, groups),
    )


def _left_out_accuracy(
    tree: DecisionTreeClassifier, matrix: np.ndarray, groups: np.ndarray
) -> float:
    folds = LeaveOneOut() if len(groups) <= 200 else 10
    return float((cross_val_predict(tree, matrix, groups, cv=folds) == groups).mean())


def _leaf_rules(
    tree: DecisionTreeClassifier,
    names: list[Any],
    matrix: np.ndarray,
    groups: np.ndarray,
    predicted: np.ndarray,
) -> pd.DataFrame:
    structure = tree.tree_
    leaf_of = tree.apply(matrix)
    rows: list[dict[str, Any]] = []

    def walk(node: int, conditions: tuple[tuple[Any, str, float], ...]) -> None:
        left, right = structure.children_left[node], structure.children_right[node]
        if left == right:
            here = leaf_of == node
            rows.append(
                {
                    "conditions": conditions,
                    "cluster": predicted[here][0],
                    "n": int(here.sum()),
                    "n_correct": int((groups[here] == predicted[here]).sum()),
                }
            )
            return
        name, border = names[structure.feature[node]], float(structure.threshold[node])
        walk(left, (*conditions, (name, "<=", border)))
        walk(right, (*conditions, (name, ">", border)))

    walk(0, ())
    return pd.DataFrame(rows)
