CREATE TABLE "activity_executions" (
    "id" TEXT NOT NULL CONSTRAINT "pk_activity_executions" PRIMARY KEY,
    "instance_id" TEXT NOT NULL,
    "activity_id" TEXT NOT NULL,
    "activity_type" TEXT NOT NULL,
    "activity_name" TEXT NULL,
    "node_id" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "started_at" TEXT NOT NULL,
    "completed_at" TEXT NULL,
    "state" TEXT NULL,
    "payload" TEXT NULL,
    "outputs" TEXT NULL,
    "exception" TEXT NULL,
    "has_bookmarks" INTEGER NOT NULL,
    "aggregate_fault_count" INTEGER NOT NULL,
    "parent_execution_id" TEXT NULL
);


CREATE TABLE "alerts" (
    "id" TEXT NOT NULL CONSTRAINT "pk_alerts" PRIMARY KEY,
    "deadline_id" TEXT NOT NULL,
    "case_no" TEXT NOT NULL,
    "chain" TEXT NOT NULL,
    "round" INTEGER NOT NULL,
    "rung" INTEGER NOT NULL,
    "recipient_key" TEXT NOT NULL,
    "recipient_id" TEXT NULL,
    "recipient_role" TEXT NULL,
    "recipient_section" TEXT NULL,
    "text" TEXT NOT NULL,
    "why_me" TEXT NOT NULL,
    "created_at" TEXT NOT NULL,
    "created_on" TEXT NOT NULL,
    "acknowledged_at" TEXT NULL,
    "acknowledged_by_id" TEXT NULL,
    "acknowledged_by_name" TEXT NULL,
    "revision" INTEGER NOT NULL
);


CREATE TABLE "audit_entries" (
    "chain" TEXT NOT NULL,
    "sequence" INTEGER NOT NULL,
    "at" TEXT NOT NULL,
    "by_id" TEXT NOT NULL,
    "by_name" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "data" TEXT NULL,
    "reason" TEXT NULL,
    "operation_id" TEXT NOT NULL,
    "previous_hash" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    CONSTRAINT "pk_audit_entries" PRIMARY KEY ("chain", "sequence")
);


CREATE TABLE "audit_heads" (
    "chain" TEXT NOT NULL CONSTRAINT "pk_audit_heads" PRIMARY KEY,
    "sequence" INTEGER NOT NULL,
    "hash" TEXT NOT NULL
);


CREATE TABLE "bookmarks" (
    "id" TEXT NOT NULL CONSTRAINT "pk_bookmarks" PRIMARY KEY,
    "instance_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "payload" TEXT NOT NULL,
    "activity_id" TEXT NOT NULL,
    "node_id" TEXT NOT NULL,
    "execution_id" TEXT NOT NULL,
    "correlation_id" TEXT NULL,
    "created_at" TEXT NOT NULL,
    "due_at" TEXT NULL
);


CREATE TABLE "calendar_days" (
    "on" TEXT NOT NULL CONSTRAINT "pk_calendar_days" PRIMARY KEY,
    "year" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL
);


CREATE TABLE "calendar_years" (
    "year" INTEGER NOT NULL CONSTRAINT "pk_calendar_years" PRIMARY KEY,
    "status" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "loaded_at" TEXT NOT NULL,
    "loaded_by_name" TEXT NOT NULL,
    "revision" INTEGER NOT NULL
);


CREATE TABLE "deadlines" (
    "id" TEXT NOT NULL CONSTRAINT "pk_deadlines" PRIMARY KEY,
    "rule_key" TEXT NOT NULL,
    "citation" TEXT NOT NULL,
    "case_no" TEXT NOT NULL,
    "chain" TEXT NOT NULL,
    "subject_kind" TEXT NOT NULL,
    "subject_id" TEXT NOT NULL,
    "instance_id" TEXT NULL,
    "work_item_id" TEXT NULL,
    "title" TEXT NOT NULL,
    "anchor" TEXT NOT NULL,
    "anchor_on" TEXT NOT NULL,
    "amount" INTEGER NULL,
    "unit" TEXT NOT NULL,
    "direction" TEXT NOT NULL,
    "rollover" INTEGER NOT NULL,
    "explicit_due_on" TEXT NULL,
    "opened_on" TEXT NOT NULL,
    "round" INTEGER NOT NULL,
    "round_on" TEXT NOT NULL,
    "due_on" TEXT NOT NULL,
    "provisional" INTEGER NOT NULL,
    "calendar_version" TEXT NOT NULL,
    "explanation" TEXT NOT NULL,
    "explanation_json" TEXT NOT NULL,
    "owner_role" TEXT NOT NULL,
    "owner_id" TEXT NULL,
    "owner_name" TEXT NULL,
    "section" TEXT NULL,
    "status" TEXT NOT NULL,
    "met_on" TEXT NULL,
    "closed_reason" TEXT NULL,
    "paused_on" TEXT NULL,
    "next_check_on" TEXT NULL,
    "revision" INTEGER NOT NULL
);


CREATE TABLE "definition_files" (
    "definition_id" TEXT NOT NULL,
    "file_hash" TEXT NOT NULL,
    "taken_in_at" TEXT NOT NULL,
    CONSTRAINT "pk_definition_files" PRIMARY KEY ("definition_id", "file_hash")
);


CREATE TABLE "definition_versions" (
    "id" TEXT NOT NULL CONSTRAINT "pk_definition_versions" PRIMARY KEY,
    "definition_id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NULL,
    "json" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "origin" TEXT NOT NULL,
    "is_latest" INTEGER NOT NULL,
    "is_published" INTEGER NOT NULL,
    "created_at" TEXT NOT NULL,
    "created_by_name" TEXT NOT NULL,
    "published_at" TEXT NULL
);


CREATE TABLE "dispatches" (
    "id" TEXT NOT NULL CONSTRAINT "pk_dispatches" PRIMARY KEY,
    "parent_instance_id" TEXT NOT NULL,
    "parent_execution_id" TEXT NOT NULL,
    "index" INTEGER NOT NULL,
    "child_instance_id" TEXT NOT NULL,
    "root_instance_id" TEXT NULL,
    "definition_id" TEXT NOT NULL,
    "correlation_id" TEXT NULL,
    "input" TEXT NULL,
    "wait_for_completion" INTEGER NOT NULL,
    "created_at" TEXT NOT NULL,
    "started_at" TEXT NULL
);


CREATE TABLE "incidents" (
    "id" TEXT NOT NULL CONSTRAINT "pk_incidents" PRIMARY KEY,
    "instance_id" TEXT NOT NULL,
    "activity_id" TEXT NOT NULL,
    "activity_type" TEXT NOT NULL,
    "node_id" TEXT NOT NULL,
    "execution_id" TEXT NOT NULL,
    "message" TEXT NOT NULL,
    "detail" TEXT NULL,
    "at" TEXT NOT NULL,
    "resolved_at" TEXT NULL,
    "resolved_by" TEXT NULL,
    "resolution" TEXT NULL
);


CREATE TABLE "journal" (
    "id" TEXT NOT NULL CONSTRAINT "pk_journal" PRIMARY KEY,
    "instance_id" TEXT NOT NULL,
    "sequence" INTEGER NOT NULL,
    "at" TEXT NOT NULL,
    "by_name" TEXT NOT NULL,
    "activity_id" TEXT NOT NULL,
    "activity_type" TEXT NOT NULL,
    "activity_name" TEXT NULL,
    "node_id" TEXT NOT NULL,
    "execution_id" TEXT NOT NULL,
    "parent_execution_id" TEXT NULL,
    "event_name" TEXT NOT NULL,
    "message" TEXT NULL,
    "payload" TEXT NULL
);


CREATE TABLE "outbox_messages" (
    "id" TEXT NOT NULL CONSTRAINT "pk_outbox_messages" PRIMARY KEY,
    "kind" TEXT NOT NULL,
    "dedupe_key" TEXT NOT NULL,
    "payload" TEXT NOT NULL,
    "created_at" TEXT NOT NULL,
    "next_attempt_at" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL,
    "sent_at" TEXT NULL,
    "failed_at" TEXT NULL,
    "last_error" TEXT NULL
);


CREATE TABLE "signals" (
    "id" TEXT NOT NULL CONSTRAINT "pk_signals" PRIMARY KEY,
    "kind" TEXT NOT NULL,
    "instance_id" TEXT NULL,
    "execution_id" TEXT NULL,
    "child_instance_id" TEXT NULL,
    "index" INTEGER NOT NULL,
    "event_name" TEXT NULL,
    "correlation_id" TEXT NULL,
    "payload" TEXT NULL,
    "created_at" TEXT NOT NULL,
    "consumed_at" TEXT NULL
);


CREATE TABLE "work_items" (
    "id" TEXT NOT NULL CONSTRAINT "pk_work_items" PRIMARY KEY,
    "bookmark_id" TEXT NOT NULL,
    "instance_id" TEXT NOT NULL,
    "root_instance_id" TEXT NOT NULL,
    "case_no" TEXT NOT NULL,
    "subject_id" TEXT NULL,
    "subject_name" TEXT NULL,
    "node_id" TEXT NOT NULL,
    "activity_id" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "form_key" TEXT NOT NULL,
    "outcomes_json" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "assignees" TEXT NULL,
    "data_json" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "claimed_by_id" TEXT NULL,
    "claimed_by_name" TEXT NULL,
    "created_at" TEXT NOT NULL,
    "created_on" TEXT NOT NULL,
    "due_on" TEXT NULL,
    "deadline_id" TEXT NULL,
    "completed_at" TEXT NULL,
    "completed_by_id" TEXT NULL,
    "completed_by_name" TEXT NULL,
    "outcome" TEXT NULL,
    "values_json" TEXT NULL,
    "void_reason" TEXT NULL,
    "operation_id" TEXT NULL,
    "revision" INTEGER NOT NULL
);


CREATE TABLE "workflow_instances" (
    "id" TEXT NOT NULL CONSTRAINT "pk_workflow_instances" PRIMARY KEY,
    "definition_id" TEXT NOT NULL,
    "definition_version_id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "correlation_id" TEXT NULL,
    "name" TEXT NULL,
    "root_instance_id" TEXT NOT NULL,
    "parent_instance_id" TEXT NULL,
    "parent_execution_id" TEXT NULL,
    "parent_index" INTEGER NOT NULL,
    "pins" TEXT NULL,
    "status" TEXT NOT NULL,
    "sub_status" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "incident_count" INTEGER NOT NULL,
    "revision" INTEGER NOT NULL,
    "created_at" TEXT NOT NULL,
    "updated_at" TEXT NOT NULL,
    "finished_at" TEXT NULL
);


CREATE TABLE "deadline_pauses" (
    "id" TEXT NOT NULL CONSTRAINT "pk_deadline_pauses" PRIMARY KEY,
    "deadline_id" TEXT NOT NULL,
    "paused_on" TEXT NOT NULL,
    "resumed_on" TEXT NULL,
    "reason" TEXT NOT NULL,
    "document" TEXT NOT NULL,
    "approved_by_name" TEXT NOT NULL,
    "counts" INTEGER NOT NULL,
    CONSTRAINT "fk_deadline_pauses_deadlines_deadline_id" FOREIGN KEY ("deadline_id") REFERENCES "deadlines" ("id") ON DELETE RESTRICT
);


CREATE TABLE "fired_rungs" (
    "deadline_id" TEXT NOT NULL,
    "round" INTEGER NOT NULL,
    "rung" INTEGER NOT NULL,
    "fired_at" TEXT NOT NULL,
    "fired_on" TEXT NOT NULL,
    "superseded" INTEGER NOT NULL,
    CONSTRAINT "pk_fired_rungs" PRIMARY KEY ("deadline_id", "round", "rung"),
    CONSTRAINT "fk_fired_rungs_deadlines_deadline_id" FOREIGN KEY ("deadline_id") REFERENCES "deadlines" ("id") ON DELETE RESTRICT
);


CREATE INDEX "ix_activity_executions_instance_id_started_at" ON "activity_executions" ("instance_id", "started_at");


CREATE UNIQUE INDEX "ix_alerts_deadline_id_round_rung_recipient_key" ON "alerts" ("deadline_id", "round", "rung", "recipient_key");


CREATE INDEX "ix_alerts_recipient_id_acknowledged_at" ON "alerts" ("recipient_id", "acknowledged_at");


CREATE INDEX "ix_alerts_recipient_role_acknowledged_at" ON "alerts" ("recipient_role", "acknowledged_at");


CREATE INDEX "ix_audit_entries_at" ON "audit_entries" ("at");


CREATE INDEX "ix_bookmarks_due_at" ON "bookmarks" ("due_at");


CREATE INDEX "ix_bookmarks_hash_correlation_id" ON "bookmarks" ("hash", "correlation_id");


CREATE INDEX "ix_bookmarks_instance_id" ON "bookmarks" ("instance_id");


CREATE INDEX "ix_calendar_days_year" ON "calendar_days" ("year");


CREATE INDEX "ix_deadline_pauses_deadline_id" ON "deadline_pauses" ("deadline_id");


CREATE INDEX "ix_deadlines_case_no" ON "deadlines" ("case_no");


CREATE INDEX "ix_deadlines_next_check_on" ON "deadlines" ("next_check_on");


CREATE INDEX "ix_deadlines_status_due_on" ON "deadlines" ("status", "due_on");


CREATE INDEX "ix_deadlines_subject_id_rule_key" ON "deadlines" ("subject_id", "rule_key");


CREATE INDEX "ix_definition_versions_definition_id_hash" ON "definition_versions" ("definition_id", "hash");


CREATE UNIQUE INDEX "ix_definition_versions_definition_id_version" ON "definition_versions" ("definition_id", "version");


CREATE UNIQUE INDEX "ix_dispatches_parent_execution_id_index" ON "dispatches" ("parent_execution_id", "index");


CREATE INDEX "ix_dispatches_started_at" ON "dispatches" ("started_at");


CREATE INDEX "ix_incidents_instance_id" ON "incidents" ("instance_id");


CREATE INDEX "ix_incidents_resolved_at" ON "incidents" ("resolved_at");


CREATE UNIQUE INDEX "ix_journal_instance_id_sequence" ON "journal" ("instance_id", "sequence");


CREATE UNIQUE INDEX "ix_outbox_messages_dedupe_key" ON "outbox_messages" ("dedupe_key");


CREATE INDEX "ix_outbox_messages_sent_at_next_attempt_at" ON "outbox_messages" ("sent_at", "next_attempt_at");


CREATE INDEX "ix_signals_consumed_at" ON "signals" ("consumed_at");


CREATE UNIQUE INDEX "ix_work_items_bookmark_id" ON "work_items" ("bookmark_id");


CREATE INDEX "ix_work_items_completed_by_id_completed_at" ON "work_items" ("completed_by_id", "completed_at");


CREATE INDEX "ix_work_items_root_instance_id" ON "work_items" ("root_instance_id");


CREATE INDEX "ix_work_items_status_role_due_on" ON "work_items" ("status", "role", "due_on");


CREATE INDEX "ix_workflow_instances_correlation_id" ON "workflow_instances" ("correlation_id");


CREATE INDEX "ix_workflow_instances_definition_id_status" ON "workflow_instances" ("definition_id", "status");


CREATE INDEX "ix_workflow_instances_parent_instance_id" ON "workflow_instances" ("parent_instance_id");


CREATE INDEX "ix_workflow_instances_root_instance_id" ON "workflow_instances" ("root_instance_id");
