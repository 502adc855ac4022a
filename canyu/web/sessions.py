"""Sessions in the store, where every node finds them.

As Django keeps them, and read with a query that is written out: every page of a member asks it, and
building it anew costs several times what the store needs to answer. Nothing is remembered between
two requests, so that signing out and leaving act at once on every node.
"""

from django.contrib.sessions.backends.db import SessionStore as InStore
from django.contrib.sessions.models import Session


class SessionStore(InStore):
    """Django's sessions in the store."""

    def _get_session_from_db(self) -> Session | None:
        # The store's clock says what has run out, the same for every node.
        sql = """
            SELECT session_key, session_data, expire_date FROM django_session
            WHERE session_key = %s AND expire_date > CURRENT_TIMESTAMP
        """
        for found in Session.objects.raw(sql, [self.session_key]):
            return found
        # As Django's own: a key that stands for nothing is not used for the next session.
        self._session_key = None
        return None
