-- Audit entries are written once (law 7), and so is what a burst did: the database itself refuses to change or delete one.
CREATE TRIGGER audit_entries_no_update BEFORE UPDATE ON audit_entries BEGIN SELECT RAISE(ABORT, 'audit_entries is append-only'); END;
CREATE TRIGGER audit_entries_no_delete BEFORE DELETE ON audit_entries BEGIN SELECT RAISE(ABORT, 'audit_entries is append-only'); END;
CREATE TRIGGER bursts_no_update BEFORE UPDATE ON bursts BEGIN SELECT RAISE(ABORT, 'bursts is append-only'); END;
CREATE TRIGGER bursts_no_delete BEFORE DELETE ON bursts BEGIN SELECT RAISE(ABORT, 'bursts is append-only'); END;
