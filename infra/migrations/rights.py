"""Who may do what, in the words that migrations use, with literal values: history imports no living table."""

from textwrap import dedent

from alembic import op
from sqlalchemy import text

# On a warm connection an identity that was set once and rolled back is the empty text, not NULL.
IDENTITY = "(select nullif(current_setting('app.user_id', true), '')::uuid)"
SYSTEM = "select insert update delete"


def schema(name: str, *, found_by: str = "") -> None:
    """`found_by`: logins that call a function in it before they have taken a role."""
    op.execute(f"create schema {name}")
    op.execute(f"grant usage on schema {name} to {_listed(f'app_user app_system {found_by}')}")


def grant(
    table: str,
    *,
    select: str = "",
    insert: str = "",
    update: str = "",
    delete: bool = False,
    system: str = SYSTEM,
) -> None:
    """app_user's rights by columns, "*" for all of them, and what app_system may do with the table."""
    op.execute(f"grant {_listed(system)} on {table} to app_system")
    for right, columns in {"select": select, "insert": insert, "update": update}.items():
        if columns:
            op.execute(f"grant {right}{_columns(columns)} on {table} to app_user")
    if delete:
        op.execute(f"grant delete on {table} to app_user")


def own(table: str, column: str = "user_id") -> None:
    """A row is seen and written by the user that its column names: without an identity, by nobody."""
    op.execute(f"alter table {table} enable row level security")
    op.execute(f"alter table {table} force row level security")
    is_mine = f"{column} = {IDENTITY}"
    for role, rows in {"app_owner": "true", "app_system": "true", "app_user": is_mine}.items():
        op.execute(f"create policy {role} on {table} to {role} using ({rows}) with check ({rows})")


def definer(signature: str, *, returns: str, language: str, body: str, executable_by: str) -> None:
    """A function with its owner's rights, for those named alone."""
    _function(signature, f"returns {returns} language {language} security definer", body)
    op.execute(f"grant execute on function {signature} to {_listed(executable_by)}")


def internal(signature: str, *, returns: str, language: str, body: str) -> None:
    """A part of other functions, with their rights: for nobody else to call."""
    _function(signature, f"returns {returns} language {language}", body)


def trigger_function(signature: str, *, body: str) -> None:
    """For nobody to call: firing a trigger needs no right."""
    _function(signature, "returns trigger language plpgsql", body)


def rewrite(function: str, *, body: str) -> None:
    """Another body for a function that is there: what it takes and returns, settings and rights stay."""
    found = text("select pg_get_functiondef(cast(:name as regproc))").bindparams(name=function)
    head, _, _ = str(op.get_bind().scalar(found)).partition("AS $function$")
    op.execute(f"{head}as $body${dedent(body)}$body$")


def log_table(table: str) -> None:
    """This month's partition and the next two; the default one, so that a missing month fails no commit."""
    op.execute(f"create table {table}_default partition of {table} default")
    months = text(
        "select platform.ensure_partition(cast(:parent as regclass), (month at time zone 'utc')::date)"
        " from generate_series(now(), now() + interval '2 months', interval '1 month') month"
    )
    op.execute(months.bindparams(parent=table))


def _function(signature: str, kind: str, body: str) -> None:
    """Its path is fixed: a caller's own cannot make it find something else."""
    path = "set search_path = pg_catalog, pg_temp"
    op.execute(f"create function {signature} {kind} {path} as $body${dedent(body)}$body$")
    op.execute(f"revoke execute on function {signature} from public")


def _columns(names: str) -> str:
    return "" if names == "*" else f" ({_listed(names)})"


def _listed(names: str) -> str:
    return ", ".join(names.split())
