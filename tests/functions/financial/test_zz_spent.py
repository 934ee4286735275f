import time
from tests.functions.financial import people
from tests.shared.notes import change
def took(c, n=60):
    ts=[]
    for _ in range(n):
        t=time.perf_counter(); assert c().status<300; ts.append((time.perf_counter()-t)*1000)
    return "p50 %.1f"%sorted(ts)[n//2]
def test_time(api, database):
    people.rates()
    ada = people.signed_in(api); people.signed_in(api,"bob")
    purse = ada.wallet(balance=15000)
    def transfer(): return ada.post("transfers", {"wallet_id": str(purse), "to": "bob", "amount": "1"})
    limits=lambda: ada.get("limits")
    print("fresh", took(transfer,20), took(limits,20))
    for _ in range(800): transfer()
    print("after 800", took(transfer), took(limits))
    change(database, """create or replace function financial.spent(spender uuid, since timestamptz, at timestamptz) returns numeric language plpgsql set search_path = pg_catalog, pg_temp as $$ begin return (
    select coalesce(sum(gone.amount * coalesce(
        (select r.rate from financial.rate(gone.currency, 'USD', at) r(rate, as_of)), 'Infinity')), 0)
    from (select o.currency, sum(o.amount) as amount from (select w.currency, -t.amount as amount
          from financial.wallet_transactions t join financial.wallets w on w.id = t.wallet_id
          where t.user_id = spender and t.created_at >= since and t.type = 'transfer' and t.amount < 0
          union all
          select p.currency, p.amount from financial.payouts p
          where p.user_id = spender and p.requested_at >= since
              and p.status not in ('canceled', 'rejected', 'failed')) o group by o.currency) gone); end $$""")
    print("grouped", took(transfer), took(limits))
