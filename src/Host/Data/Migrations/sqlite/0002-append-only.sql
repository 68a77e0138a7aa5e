-- Audit entries are written once (law 7), and so are what a burst did and the published heads of a day: the database itself refuses to change or delete one.
CREATE TRIGGER audit_entries_no_update BEFORE UPDATE ON audit_entries BEGIN SELECT RAISE(ABORT, 'audit_entries is append-only'); END;
CREATE TRIGGER audit_entries_no_delete BEFORE DELETE ON audit_entries BEGIN SELECT RAISE(ABORT, 'audit_entries is append-only'); END;
CREATE TRIGGER bursts_no_update BEFORE UPDATE ON bursts BEGIN SELECT RAISE(ABORT, 'bursts is append-only'); END;
CREATE TRIGGER bursts_no_delete BEFORE DELETE ON bursts BEGIN SELECT RAISE(ABORT, 'bursts is append-only'); END;
CREATE TRIGGER audit_days_no_update BEFORE UPDATE ON audit_days BEGIN SELECT RAISE(ABORT, 'audit_days is append-only'); END;
CREATE TRIGGER audit_days_no_delete BEFORE DELETE ON audit_days BEGIN SELECT RAISE(ABORT, 'audit_days is append-only'); END;
