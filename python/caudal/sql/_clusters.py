"""What writers of batches and streams refuse of ``clusterBy``. Knows nothing of tables."""

from __future__ import annotations

from typing import Any

from caudal.errors._native import _from_native


def check_clusters(clusters: list[str], partitions: list[str], buckets: Any = None) -> None:
    """Refuses what a table cannot be at once.

    Raises
    ------
    AnalysisException
        ``SPECIFY_CLUSTER_BY_WITH_…_IS_NOT_ALLOWED``.
    """
    others = (
        (buckets, "BUCKETING", "CLUSTERED BY INTO BUCKETS"),
        (partitions, "PARTITIONED_BY", "PARTITIONED BY"),
    )
    for given, what, clause in others:
        if clusters and given:
            name = f"SPECIFY_CLUSTER_BY_WITH_{what}_IS_NOT_ALLOWED"
            text = f"[{name}] Cannot specify both CLUSTER BY and {clause}. SQLSTATE: 42908"
            raise _from_native("AnalysisException", text, name, {}, "42908", None)


def check_columns(clusters: list[str], columns: list[str]) -> None:
    """Refuses columns that a stream does not have.

    Raises
    ------
    AnalysisException
        For the first of them.
    """
    known = [name.lower() for name in columns]
    for name in clusters:
        if name.lower() not in known:
            valid = ", ".join(columns)
            raise _from_native(
                "AnalysisException",
                f"Clustering column {name} not found in existing columns ({valid}).",
                "_LEGACY_ERROR_TEMP_1196",
                {"columnType": "Clustering", "columnName": name, "validColumnNames": valid},
                None,
                None,
            )
