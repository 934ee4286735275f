"""What a database consists of, as lines of text that can be compared."""

from sqlalchemy import Connection, text

OURS = "(n.nspname not like 'pg_%' and n.nspname not in ('information_schema', 'public'))"
TABLE = f"""
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where {OURS} and c.relkind in ('r', 'p', 'S', 'v', 'm') and not c.relispartition
"""
# What a table is, and what `tables.py` can say of it.
SHAPE = (
    f"""
    select format('table %s %s %s', c.oid::regclass, c.relkind, pg_get_partkeydef(c.oid)) {TABLE}
    """,
    f"""
    select format('column %s.%s %s %s default %s', a.attrelid::regclass, a.attname,
        format_type(a.atttypid, a.atttypmod), case when a.attnotnull then 'not null' end,
        (select pg_get_expr(adbin, adrelid) from pg_attrdef where adrelid = a.attrelid and adnum = a.attnum))
    from pg_attribute a where a.attnum > 0 and not a.attisdropped and a.attrelid in (select c.oid {TABLE})
    """,
    f"""
    select format('constraint %s on %s %s', k.conname, k.conrelid::regclass, pg_get_constraintdef(k.oid))
    from pg_constraint k where k.conrelid in (select c.oid {TABLE})
    """,
    f"""
    select format('domain %s is %s %s', t.oid::regtype, format_type(t.typbasetype, t.typtypmod),
        (select string_agg(pg_get_constraintdef(k.oid), ' ') from pg_constraint k where k.contypid = t.oid))
    from pg_type t join pg_namespace n on n.oid = t.typnamespace where {OURS} and t.typtype = 'd'
    """,
    f"""
    select pg_get_indexdef(i.indexrelid) from pg_index i where i.indrelid in (select c.oid {TABLE})
    """,
)
# Whose it is, who may do what, and what happens by itself.
RIGHTS = (
    f"""
    select format('schema %s of %s %s', n.nspname, n.nspowner::regrole, n.nspacl::text)
    from pg_namespace n where {OURS}
    """,
    f"""
    select format('relation %s of %s %s %s %s %s %s %s %s', c.oid::regclass, c.relowner::regrole,
        c.relacl::text, c.relkind, c.relpersistence, c.relrowsecurity, c.relforcerowsecurity, c.reloptions,
        pg_get_expr(c.relpartbound, c.oid))
    from pg_class c join pg_namespace n on n.oid = c.relnamespace where {OURS}
    """,
    f"""
    select format('column %s.%s %s', a.attrelid::regclass, a.attname, a.attacl::text)
    from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
    where {OURS} and a.attacl is not null
    """,
    "select format('policy %s', p) from pg_policies p",
    f"""
    select format('trigger %s %s', pg_get_triggerdef(t.oid), t.tgenabled)
    from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
    where {OURS} and not t.tgisinternal
    """,
    f"""
    select format('function of %s %s %s', p.proowner::regrole, p.proacl::text, pg_get_functiondef(p.oid))
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace where {OURS}
    """,
    f"""
    select format('type %s', t.oid::regtype) from pg_type t join pg_namespace n on n.oid = t.typnamespace
    where {OURS}
    """,
    "select format('default %s %s', defaclrole::regrole, defaclacl::text) from pg_default_acl",
    "select format('extension %s', extname) from pg_extension",
)


def shape(connection: Connection) -> set[str]:
    return _lines(connection, SHAPE)


def everything(connection: Connection) -> set[str]:
    return _lines(connection, SHAPE + RIGHTS)


def _lines(connection: Connection, queries: tuple[str, ...]) -> set[str]:
    return {line for query in queries for line in connection.scalars(text(query.replace(":", r"\:")))}
