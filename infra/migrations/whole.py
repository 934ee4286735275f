"""The tables of all domains as one, as only migrations and their tests see them."""

from importlib import import_module

from sqlalchemy import ForeignKeyConstraint, MetaData, Sequence

from infra.discover import ROOT
from shared.db.schema import NAMES, Rows


def whole() -> MetaData:
    """Every functions/<domain>/tables there is, a file or a folder."""
    for path in sorted([*ROOT.glob("*/tables.py"), *ROOT.glob("*/tables/__init__.py")]):
        import_module(
            ".".join(["functions", *path.relative_to(ROOT).with_suffix("").parts]).removesuffix(".__init__")
        )
    return joined(*{rows.metadata.schema: rows.metadata for rows in Rows.__subclasses__()}.values())


def joined(*domains: MetaData) -> MetaData:
    """A column's mark becomes a key here, so that no domain imports another's tables to insert a row."""
    together = MetaData(naming_convention=NAMES)
    for domain in domains:
        for table in domain.sorted_tables:
            table.to_metadata(together)
        for name in domain.info.get("sequences", ()):
            Sequence(name, schema=domain.schema, metadata=together)
    for table in together.tables.values():
        for column in list(table.columns):
            if target := column.info.get("references"):
                table.append_constraint(ForeignKeyConstraint([column.name], [target], ondelete="RESTRICT"))
    return together
