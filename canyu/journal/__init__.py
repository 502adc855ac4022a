"""What happened: the append-only list of domain events.

It owns events, their deliveries to subscribers, and the clock that the
product goes by. An event is written in the transaction that made it and
delivered after the commit, retried until done. It never decides anything
and knows no other room.
"""
