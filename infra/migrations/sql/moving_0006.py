"""What app_user may do with its own money, as revision 0006 made it: a later one brings a file of its own."""

TRANSFER = """
    declare
        me constant uuid := financial.me();
        giver financial.wallets;
        taker uuid;
        breach text;
    begin
        select * into giver from financial.wallets w where w.id = from_wallet and w.user_id = me;
        if not found then
            return 'no_wallet';
        elsif to_user = me then
            return 'to_oneself';
        elsif not financial.is_amount(amount, giver.currency) then
            return 'bad_amount';
        end if;
        taker := financial.wallet_of(to_user, giver.currency, at);
        perform from financial.wallet_limits l where l.user_id = me for no key update;
        perform financial.lock(array[giver.id, taker]);
        select * into giver from financial.wallets w where w.id = giver.id;
        if giver.status <> 'active' or exists (select from financial.wallets w
                                               where w.id = taker and w.status <> 'active') then
            return 'frozen';
        elsif giver.balance - giver.held < amount then
            return 'insufficient_funds';
        end if;
        breach := financial.breach(me, giver.currency, amount, at);
        if breach is null then
            perform financial.post(transfer_id, 'transfer', 'transfer:' || transfer_id, 'user', to_user::text,
                                   note, null, null, array[giver.id, taker], array[amount, -amount], at);
        end if;
        return coalesce(breach, 'done');
    end
"""

# The middle of the market, less half a percent for the house. One rounding for what is given, half-even; the
# rest of it goes to the rounding account when it is exchanged.
QUOTE = """
    declare
        giver financial.wallets;
        market record;
        exact numeric;
        gets numeric;
        places smallint;
    begin
        select * into giver from financial.wallets w where w.id = from_wallet and w.user_id = financial.me();
        select c.decimals into places from financial.currencies c where c.code = quote.to_currency;
        if giver.id is null then
            return 'no_wallet';
        elsif places is null or giver.currency = quote.to_currency then
            return 'no_currency';
        elsif not financial.is_amount(amount, giver.currency) then
            return 'bad_amount';
        end if;
        select r.rate, r.as_of into market
            from financial.rate(giver.currency, quote.to_currency, at) r(rate, as_of);
        if market.rate is null then
            return 'no_rate';
        end if;
        exact := round(amount * market.rate, 8);
        gets := financial.half_even(exact * 0.995, places);
        if not financial.is_amount(gets, quote.to_currency) or exact >= 1e12 then
            return 'bad_amount';
        end if;
        insert into financial.quotes (id, user_id, wallet_id, from_currency, to_currency, amount_from,
                                      amount_to, fee, rate, rate_as_of, expires_at, created_at)
        values (quote_id, giver.user_id, giver.id, giver.currency, quote.to_currency, amount, gets,
                financial.half_even(exact * 0.005, places), market.rate, market.as_of,
                at + interval '30 seconds', at);
        return 'done';
    end
"""

EXCHANGE = """
    declare
        q financial.quotes;
        giver financial.wallets;
        taker uuid;
        exact numeric;
        rest numeric;
        accounts uuid[];
        amounts numeric[];
    begin
        select * into q from financial.quotes o
            where o.id = quote_id and o.user_id = financial.me() for no key update;
        if not found then
            return 'no_quote';
        elsif q.exchanged_at is not null then
            return 'used';
        elsif q.expires_at <= at then
            return 'expired';
        end if;
        taker := financial.wallet_of(q.user_id, q.to_currency, at);
        exact := round(q.amount_from * q.rate, 8);
        rest := exact - q.amount_to - q.fee;
        accounts := array[q.wallet_id, financial.house_account('fx', q.from_currency, taker),
                          financial.house_account('fx', q.to_currency, q.wallet_id), taker];
        amounts := array[q.amount_from, -q.amount_from, exact, -q.amount_to];
        if q.fee <> 0 then
            accounts := accounts || financial.house_account('fee_revenue', q.to_currency, q.wallet_id);
            amounts := amounts || -q.fee;
        end if;
        if rest <> 0 then
            accounts := accounts || financial.house_account('rounding', q.to_currency, q.wallet_id);
            amounts := amounts || -rest;
        end if;
        perform financial.lock(accounts);
        select * into giver from financial.wallets w where w.id = q.wallet_id;
        if giver.status <> 'active' or exists (select from financial.wallets w
                                               where w.id = taker and w.status <> 'active') then
            return 'frozen';
        elsif giver.balance - giver.held < q.amount_from then
            return 'insufficient_funds';
        end if;
        update financial.quotes o set exchanged_at = at where o.id = quote_id;
        perform financial.post(quote_id, 'exchange', 'exchange:' || quote_id, 'quote', quote_id::text,
                               q.from_currency || ' to ' || q.to_currency, null, null, accounts, amounts, at);
        return 'done';
    end
"""

PLACE_HOLD = """
    declare
        w financial.wallets;
    begin
        perform financial.lock(array[wallet]);
        select * into w from financial.wallets o where o.id = wallet;
        if w.id is null then
            return 'no_wallet';
        elsif not financial.is_amount(amount, w.currency) then
            return 'bad_amount';
        elsif w.balance - w.held < amount then
            return 'insufficient_funds';
        end if;
        insert into financial.holds (id, user_id, wallet_id, amount, reason, reference_type, reference_id,
                                     note, status, expires_at, created_at)
        values (hold_id, w.user_id, w.id, amount, reason, reference_type, reference_id, note, 'held',
                expires_at, at);
        update financial.wallets o set held = o.held + amount, updated_at = at where o.id = w.id;
        return 'done';
    end
"""

END_HOLD = """
    declare
        h financial.holds;
    begin
        select * into h from financial.holds o where o.id = hold_id;
        perform financial.lock(array[h.wallet_id]);
        update financial.holds o set status = end_hold.status, ended_at = at
            where o.id = hold_id and o.status = 'held' returning * into h;
        if not found then
            return false;
        end if;
        update financial.wallets w set held = w.held - h.amount, updated_at = at where w.id = h.wallet_id;
        return true;
    end
"""

HOLD = """
    begin
        if not exists (select from financial.wallets w
                       where w.id = wallet and w.user_id = financial.me() and w.status = 'active') then
            return 'no_wallet';
        end if;
        return financial.place_hold(hold_id, wallet, amount, 'own', null, null, note, expires_at, at);
    end
"""

RELEASE = """
    begin
        return exists (select from financial.holds h
                       where h.id = hold_id and h.user_id = financial.me() and h.reason = 'own')
            and financial.end_hold(hold_id, 'released', at);
    end
"""

SET_TIME_ZONE = """
    begin
        if not exists (select from pg_timezone_names z where z.name = zone) then
            return false;
        end if;
        update financial.wallet_limits l set
            time_zone = financial.zone_of(l.user_id, at), next_time_zone = zone, updated_at = at,
            next_from = (date_trunc('month', at at time zone financial.zone_of(l.user_id, at))
                         + interval '1 month') at time zone financial.zone_of(l.user_id, at)
            where l.user_id = financial.me();
        return found;
    end
"""

OPEN_WALLET = """
    begin
        if financial.me() is null or not exists (select from financial.currencies c
                                                 where c.code = open_wallet.currency) then
            return null;
        end if;
        return financial.wallet_of(financial.me(), open_wallet.currency, at);
    end
"""
