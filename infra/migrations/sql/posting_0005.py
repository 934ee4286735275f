"""How the book is written, as revision 0005 made it: a later one brings a file of its own."""

# A version 7 UUID, so that an index over many stays narrow where it grows.
NEW_ID = """
    select encode(set_bit(set_bit(
        overlay(uuid_send(gen_random_uuid())
            placing substring(int8send((extract(epoch from at) * 1000)::bigint) from 3) from 1 for 6),
        52, 1), 53, 1), 'hex')::uuid
"""
# A movement's own, out of what it belongs to: a random one for each would take a tenth of the time.
STAMP = "lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7'"
MOVEMENT_ID = """
    overlay(overlay(md5(concat({transfer}, {account}, {seq}))
        placing stamp from 1 for 13) placing '8' from 17 for 1)::uuid
""".strip()
# What transfers write, in the order that keeps two callers from waiting for each other: keys, then accounts,
# both sorted. A key that was used before is done already; used for something else, it is refused.
POST_ALL = f"""
    declare
        stamp constant text := {STAMP};
        fresh uuid[];
        found bigint;
    begin
        if exists (
            select from unnest(ids) i(id) full join (select distinct unnest(leg_transfers)) l(id) using (id)
            where i.id is null or l.id is null
        )
            or cardinality(ids) <> (select count(distinct id) from unnest(ids) i(id))
            or exists (select from unnest(leg_amounts) l(amount) where l.amount <> round(l.amount, 8)) then
            raise exception 'a transfer has an id and legs, a leg its transfer, and eight decimals'
                using errcode = 'LG002';
        end if;
        with written as (
            insert into financial.ledger_transfers (id, kind, idempotency_key, reference_type, reference_id,
                                                    description, posted_at, reverses_id, request_sha256)
            select id, kind, key, reference_type, reference_id, description, at, reverses_id,
                decode(fingerprint, 'hex')
            from unnest(ids, kinds, keys, reference_types, reference_ids, descriptions, reverses,
                        fingerprints) with ordinality
                t(id, kind, key, reference_type, reference_id, description, reverses_id, fingerprint, place)
            order by key, place
            on conflict (idempotency_key) do nothing
            returning id
        )
        select array_agg(id) into fresh from written;
        if cardinality(fresh) is distinct from cardinality(ids) and exists (
            select from unnest(keys, fingerprints) g(key, fingerprint)
                join financial.ledger_transfers t on t.idempotency_key = g.key
            where t.request_sha256 <> decode(g.fingerprint, 'hex')
        ) then
            raise exception 'this key has been used for another transfer' using errcode = 'LG004';
        end if;

        perform from financial.ledger_accounts a where a.id = any (leg_accounts)
            order by a.id for no key update;
        get diagnostics found = row_count;
        if found <> (select count(distinct id) from unnest(leg_accounts) l(id)) then
            raise exception 'a leg names an account that is not there' using errcode = 'LG003';
        end if;

        with running as materialized (
            select l.transfer_id, l.account_id, l.amount, l.place, a.owner_id,
                l.amount * a.direction as change,
                a.balance + sum(l.amount * a.direction) over so_far as balance_after,
                a.entries + row_number() over so_far as account_seq
            from unnest(leg_transfers, leg_accounts, leg_amounts) with ordinality
                    l(transfer_id, account_id, amount, place)
                join unnest(fresh) f(id) on f.id = l.transfer_id
                join (select id, balance, entries,
                          case normal_side when 'debit' then 1 else -1 end as direction,
                          case kind when 'wallet' then owner_id end as owner_id
                      from financial.ledger_accounts) a on a.id = l.account_id
            window so_far as (partition by l.account_id order by l.place)
        ), moved as materialized (
            select account_id, sum(change) as change, count(*) as entries from running group by account_id
        ), entered as (
            insert into financial.ledger_entries (transfer_id, account_id, direction, amount, balance_after,
                                                  posted_at, account_seq)
            select transfer_id, account_id, case when amount < 0 then 'credit' else 'debit' end, abs(amount),
                balance_after, at, account_seq
            from running order by place
        ), balanced as (
            update financial.ledger_accounts a
            set balance = a.balance + m.change, entries = a.entries + m.entries
            from moved m where a.id = m.account_id
        ), shown as (
            update financial.wallets w set balance = w.balance + m.change, updated_at = at
            from moved m where w.id = m.account_id
        )
        insert into financial.wallet_transactions (
            id, user_id, wallet_id, transfer_id, type, amount, balance_after, status, reference_type,
            reference_id, description, created_at, account_seq)
        select {MOVEMENT_ID.format(transfer="r.transfer_id", account="r.account_id", seq="r.account_seq")},
            r.owner_id, r.account_id, r.transfer_id, t.kind, -r.amount, r.balance_after, 'posted',
            t.reference_type, t.reference_id, t.description, at, r.account_seq
        from running r
            join unnest(ids, kinds, reference_types, reference_ids, descriptions)
                t(id, kind, reference_type, reference_id, description) on t.id = r.transfer_id
        where r.owner_id is not null
        order by r.account_id, r.account_seq;
        return coalesce(cardinality(fresh), 0);
    end
"""  # noqa: S608 (constants)

# One transfer, as most are: what POST_ALL does, in small statements that are planned once a connection, in
# less than half of the time. Accounts are locked by their updates, in the order of their ids.
# `hold`: money of a wallet that was set aside for this transfer.
POST = f"""
    declare
        print constant bytea := sha256(convert_to(concat(kind, accounts, amounts), 'UTF8'));
        stamp constant text := {STAMP};
        leg record;
        account record;
        owner uuid;
        sorted uuid[];
        deltas numeric[];
        balances numeric[];
        numbers bigint[];
    begin
        insert into financial.ledger_transfers as t (id, kind, idempotency_key, reference_type, reference_id,
                                                     description, posted_at, reverses_id, request_sha256)
        values (post.id, post.kind, key, post.reference_type, post.reference_id, post.description, at,
                reverses, print)
        on conflict (idempotency_key) do nothing;
        if not found then
            if exists (select from financial.ledger_transfers t
                       where t.idempotency_key = key and t.request_sha256 <> print) then
                raise exception 'this key has been used for another transfer' using errcode = 'LG004';
            end if;
            return false;
        end if;
        if hold is not null then
            perform financial.lock(accounts);
            if not financial.end_hold(hold, 'captured', at) then
                raise exception 'what was set aside for this transfer is so no more' using errcode = 'LG005';
            end if;
        end if;
        for leg in select l.id, l.amount from unnest(accounts, amounts) l(id, amount) order by l.id loop
            update financial.ledger_accounts a set entries = a.entries + 1, balance = a.balance
                    + case a.normal_side when 'debit' then leg.amount else -leg.amount end
                where a.id = leg.id returning a.balance, a.entries, a.kind into account;
            if not found or leg.amount <> round(leg.amount, 8) then
                raise exception 'a leg names an account that is there, and an amount of eight decimals'
                    using errcode = 'LG002';
            end if;
            sorted := sorted || leg.id;
            deltas := deltas || leg.amount;
            balances := balances || account.balance;
            numbers := numbers || account.entries;
            if account.kind = 'wallet' then
                update financial.wallets w set balance = account.balance, updated_at = at
                    where w.id = leg.id returning w.user_id into owner;
                insert into financial.wallet_transactions (id, user_id, wallet_id, transfer_id, type, amount,
                    balance_after, status, reference_type, reference_id, description, created_at, account_seq)
                values ({MOVEMENT_ID.format(transfer="post.id", account="leg.id", seq="account.entries")},
                    owner, leg.id, post.id, post.kind, -leg.amount, account.balance,
                    'posted', post.reference_type, post.reference_id, post.description, at, account.entries);
            end if;
        end loop;
        insert into financial.ledger_entries (transfer_id, account_id, direction, amount, balance_after,
                                              posted_at, account_seq)
        select post.id, e.account, case when e.amount < 0 then 'credit' else 'debit' end, abs(e.amount),
            e.balance, at, e.number
        from unnest(sorted, deltas, balances, numbers) e(account, amount, balance, number);
        if not found then
            raise exception 'a transfer has legs' using errcode = 'LG002';
        end if;
        return true;
    end
"""  # noqa: S608 (constants)
