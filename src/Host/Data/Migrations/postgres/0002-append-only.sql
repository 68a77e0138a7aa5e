-- Audit entries are written once (law 7), and so are what a burst did and the published heads of a day: the database itself refuses to change or delete one.
CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$;
CREATE TRIGGER audit_entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entries
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER bursts_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON bursts
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER audit_days_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_days
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
