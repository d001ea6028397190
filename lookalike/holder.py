"""Who goes on with a run: each process that takes it up signs it, and finds out whether another one did since.

For whoever lost the lock of the night for a while, as a machine that was asleep does: the lock may be free again, and
the run another's all the same, or over.
"""

from __future__ import annotations

import os
import socket
import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from lookalike.store import runs
from lookalike.store.engine import Factory, reading
from lookalike.store.models import Run

STEP = "holder"


def sign(session: Session, run: Run) -> str:
    """Sign the run; returns the signature, which nobody else has."""
    signature = uuid.uuid4().hex
    runs.note_step(session, run, STEP, {"host": socket.gethostname(), "pid": os.getpid(), "signature": signature})
    return signature


def passed_on(factory: Factory, run_id: int, signature: str) -> str:
    """Why the run is not that signature's any more; empty: it is."""
    with reading(factory) as session:
        run = session.get_one(Run, run_id)
        newer = session.scalar(select(Run.id).where(Run.kind == run.kind, Run.id > run_id).limit(1))
        holder = run.summary.get(STEP, {})
    if run.state == "lost" or newer is not None:
        return "这一晚已被另一晚代替"
    if holder.get("signature") != signature:
        return f"这一晚已由别的进程（{holder.get('host')}:{holder.get('pid')}）接手"
    return ""
