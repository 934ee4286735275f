"""By whom each function of the database is meant to be called."""

LOGINS = {"fn_http", "fn_auth", "fn_system"}
EXECUTABLE = {  # by whom each function is meant to be called; a trigger's by nobody
    "audit.keep()": set(),
    "auth.activate(bytea,timestamp with time zone)": {"app_user"},
    "auth.identify(bytea)": LOGINS,
    "auth.user_named(text)": {"app_user"},
    "platform.claim(uuid,text,boolean)": {*LOGINS, "app_user", "app_system"},
    "auth.owner_of_email(text)": {"fn_auth"},
    "auth.owner_of_session(uuid)": {"fn_auth"},
    "auth.owner_of_token(bytea)": {"fn_auth"},
    "platform.drop_partitions(regclass,date)": {"app_system"},
    "platform.ensure_partition(regclass,date)": {"app_system"},
    "platform.take(text,integer,integer,timestamp with time zone)": LOGINS,
}
MONEY = {  # is moved by
    "app_user": """
        begin_refund(uuid,uuid,numeric,timestamp with time zone)
        cancel_payout(uuid,timestamp with time zone)
        exchange(uuid,timestamp with time zone)
        market(text,text,timestamp with time zone)
        spending(timestamp with time zone)
        hold(uuid,uuid,numeric,text,timestamp with time zone,timestamp with time zone)
        open_wallet(text,timestamp with time zone)
        quote(uuid,uuid,text,numeric,timestamp with time zone)
        release(uuid,timestamp with time zone)
        request_payout(uuid,uuid,numeric,text,timestamp with time zone)
        set_time_zone(text,timestamp with time zone)
        transfer(uuid,uuid,uuid,numeric,text,timestamp with time zone)
    """,
    "app_system": """
        end_hold(uuid,text,timestamp with time zone)
        free(uuid,uuid[])
        place_hold(uuid,uuid,numeric,text,text,text,text,timestamp with time zone,timestamp with time zone)
        post(uuid,text,text,text,text,text,uuid,uuid,uuid[],numeric[],timestamp with time zone)
        post_all(uuid[],text[],text[],text[],text[],text[],uuid[],text[],uuid[],uuid[],numeric[],\
timestamp with time zone)
    """,
    "nobody": """
        breach(uuid,text,numeric,timestamp with time zone)
        euro_in(text,timestamp with time zone)
        half_even(numeric,integer)
        house_account(text,text,uuid)
        is_amount(numeric,text)
        keep()
        lock(uuid[])
        me()
        new_id(timestamp with time zone)
        open_books(text,timestamp with time zone)
        rate(text,text,timestamp with time zone)
        refuse_unbalanced()
        spent(uuid,timestamp with time zone,timestamp with time zone)
        wallet_of(uuid,text,timestamp with time zone)
        zone_of(uuid,timestamp with time zone)
    """,
}
EXECUTABLE |= {
    f"financial.{function.strip()}": {role} - {"nobody"}
    for role, functions in MONEY.items()
    for function in functions.strip().splitlines()
}
