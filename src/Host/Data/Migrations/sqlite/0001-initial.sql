CREATE TABLE "accounts" (
    "id" TEXT NOT NULL CONSTRAINT "pk_accounts" PRIMARY KEY,
    "user_name" TEXT NOT NULL,
    "display_name" TEXT NOT NULL,
    "roles_json" TEXT NOT NULL,
    "register_number" TEXT NULL,
    "section" TEXT NULL,
    "department" TEXT NULL,
    "mail" TEXT NULL,
    "mail_bounce" TEXT NULL,
    "phone" TEXT NULL,
    "password_hash" TEXT NOT NULL,
    "security_stamp" TEXT NOT NULL,
    "failed_count" INTEGER NOT NULL,
    "locked_until" TEXT NULL,
    "is_disabled" INTEGER NOT NULL,
    "created_at" TEXT NOT NULL,
    "revision" INTEGER NOT NULL
);


CREATE TABLE "alert_policies" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_alert_policies" PRIMARY KEY,
    "quiet_from" TEXT NOT NULL,
    "quiet_to" TEXT NOT NULL,
    "is_quiet_on_days_off" INTEGER NOT NULL,
    "digest_above" INTEGER NOT NULL,
    "ladder" TEXT NULL,
    "changed_by_name" TEXT NULL,
    "changed_at" TEXT NULL,
    "revision" INTEGER NOT NULL
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
    "recipient_number" TEXT NULL,
    "recipient_role" TEXT NULL,
    "recipient_name" TEXT NULL,
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


CREATE TABLE "annual_plans" (
    "id" TEXT NOT NULL CONSTRAINT "pk_annual_plans" PRIMARY KEY,
    "plan_no" TEXT NOT NULL,
    "year" INTEGER NOT NULL,
    "version" INTEGER NOT NULL,
    "status" TEXT NOT NULL,
    "change_reason" TEXT NULL,
    "capacity_json" TEXT NULL,
    "explanation" TEXT NULL,
    "submitted_by_id" TEXT NULL,
    "submitted_by_name" TEXT NULL,
    "submitted_at" TEXT NULL,
    "submitted_hash" TEXT NULL,
    "reviewed_by_name" TEXT NULL,
    "review_opinion" TEXT NULL,
    "reviewed_on" TEXT NULL,
    "approved_by_name" TEXT NULL,
    "approval_opinion" TEXT NULL,
    "approved_on" TEXT NULL,
    "government_by_name" TEXT NULL,
    "government_no" TEXT NULL,
    "government_on" TEXT NULL,
    "published_on" TEXT NULL,
    "return_reason" TEXT NULL,
    "created_by_id" TEXT NOT NULL,
    "created_at" TEXT NOT NULL,
    "revision" INTEGER NOT NULL
);


CREATE TABLE "assignment_seats" (
    "id" TEXT NOT NULL CONSTRAINT "pk_assignment_seats" PRIMARY KEY,
    "assignment_id" TEXT NOT NULL,
    "campaign_id" TEXT NOT NULL,
    "part" TEXT NOT NULL,
    "person_number" TEXT NOT NULL,
    "person_name" TEXT NOT NULL,
    "certificate_no" TEXT NULL,
    "certificate_valid_to" TEXT NULL,
    "ticket_position" INTEGER NOT NULL,
    "seats_before" INTEGER NOT NULL,
    "taken_at" TEXT NOT NULL,
    "replaces_id" TEXT NULL,
    "is_active" INTEGER NOT NULL,
    "ended_reason" TEXT NULL,
    "ended_by_name" TEXT NULL,
    "ended_at" TEXT NULL
);


CREATE TABLE "audit_days" (
    "on" TEXT NOT NULL CONSTRAINT "pk_audit_days" PRIMARY KEY,
    "chains" INTEGER NOT NULL,
    "entries" INTEGER NOT NULL,
    "head" TEXT NOT NULL,
    "made_at" TEXT NOT NULL
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


CREATE TABLE "bookmarks" (
    "id" TEXT NOT NULL,
    "instance_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "payload" TEXT NOT NULL,
    "activity_id" TEXT NOT NULL,
    "node_id" TEXT NOT NULL,
    "execution_id" TEXT NOT NULL,
    "correlation_id" TEXT NULL,
    "created_at" TEXT NOT NULL,
    "due_at" TEXT NULL,
    CONSTRAINT "pk_bookmarks" PRIMARY KEY ("instance_id", "id")
) WITHOUT ROWID;


CREATE TABLE "bursts" (
    "instance_id" TEXT NOT NULL,
    "revision" INTEGER NOT NULL,
    "at" TEXT NOT NULL,
    "by_name" TEXT NOT NULL,
    "is_notable" INTEGER NOT NULL,
    "content" TEXT NOT NULL,
    CONSTRAINT "pk_bursts" PRIMARY KEY ("instance_id", "revision")
);


CREATE TABLE "calendar_days" (
    "on" TEXT NOT NULL CONSTRAINT "pk_calendar_days" PRIMARY KEY,
    "year" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL
);


CREATE TABLE "calendar_exceptions" (
    "on" TEXT NOT NULL CONSTRAINT "pk_calendar_exceptions" PRIMARY KEY,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "document" TEXT NOT NULL,
    "added_by_name" TEXT NOT NULL,
    "added_at" TEXT NOT NULL,
    "revision" INTEGER NOT NULL
);


CREATE TABLE "calendar_years" (
    "year" INTEGER NOT NULL CONSTRAINT "pk_calendar_years" PRIMARY KEY,
    "status" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "loaded_at" TEXT NOT NULL,
    "loaded_by_name" TEXT NOT NULL,
    "revision" INTEGER NOT NULL
);


CREATE TABLE "campaign_extensions" (
    "id" TEXT NOT NULL CONSTRAINT "pk_campaign_extensions" PRIMARY KEY,
    "campaign_id" TEXT NOT NULL,
    "sequence" INTEGER NOT NULL,
    "from_on" TEXT NOT NULL,
    "to_on" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "asked_by_id" TEXT NOT NULL,
    "asked_by_name" TEXT NOT NULL,
    "asked_at" TEXT NOT NULL,
    "granted" INTEGER NULL,
    "opinion" TEXT NULL,
    "decided_by_name" TEXT NULL,
    "decided_at" TEXT NULL,
    "revision" INTEGER NOT NULL
);


CREATE TABLE "campaigns" (
    "id" TEXT NOT NULL CONSTRAINT "pk_campaigns" PRIMARY KEY,
    "campaign_no" TEXT NOT NULL,
    "plan_no" TEXT NOT NULL,
    "plan_line_no" INTEGER NOT NULL,
    "title" TEXT NOT NULL,
    "item_codes" TEXT NOT NULL,
    "item_versions" TEXT NULL,
    "checklist_json" TEXT NULL,
    "period_from" TEXT NOT NULL,
    "period_to" TEXT NOT NULL,
    "sampling" TEXT NOT NULL,
    "base_count" INTEGER NOT NULL,
    "base_on" TEXT NOT NULL,
    "ratio" TEXT NOT NULL,
    "jurisdiction_total" INTEGER NOT NULL,
    "sample_size" INTEGER NOT NULL,
    "officers_per_group" INTEGER NOT NULL,
    "experts_per_group" INTEGER NOT NULL,
    "lead_unit" TEXT NULL,
    "team_profile" TEXT NULL,
    "speciality" TEXT NULL,
    "announcement" TEXT NOT NULL,
    "stratify_by" TEXT NOT NULL,
    "strata_weights" TEXT NULL,
    "scheme_json" TEXT NULL,
    "status" TEXT NOT NULL,
    "created_by_id" TEXT NOT NULL,
    "created_at" TEXT NOT NULL,
    "approved_by_id" TEXT NULL,
    "approved_by_name" TEXT NULL,
    "approved_at" TEXT NULL,
    "return_reason" TEXT NULL,
    "locked_by_id" TEXT NULL,
    "locked_by_name" TEXT NULL,
    "locked_at" TEXT NULL,
    "roster_hash" TEXT NULL,
    "countersigned_by_id" TEXT NULL,
    "countersigned_by_name" TEXT NULL,
    "countersigned_at" TEXT NULL,
    "report_text" TEXT NULL,
    "report_by_id" TEXT NULL,
    "report_by_name" TEXT NULL,
    "report_on" TEXT NULL,
    "report_approved_by_name" TEXT NULL,
    "report_approved_on" TEXT NULL,
    "archived_on" TEXT NULL,
    "revision" INTEGER NOT NULL
);


CREATE TABLE "case_migrations" (
    "id" TEXT NOT NULL CONSTRAINT "pk_case_migrations" PRIMARY KEY,
    "instance_id" TEXT NOT NULL,
    "case_no" TEXT NOT NULL,
    "definition_id" TEXT NOT NULL,
    "from_version_id" TEXT NOT NULL,
    "from_version" INTEGER NOT NULL,
    "to_version_id" TEXT NOT NULL,
    "to_version" INTEGER NOT NULL,
    "at" TEXT NOT NULL,
    "by_id" TEXT NOT NULL,
    "by_name" TEXT NOT NULL,
    "approved_by_id" TEXT NOT NULL,
    "approved_by_name" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "memory_json" TEXT NOT NULL,
    "revision_after" INTEGER NOT NULL,
    "undone_at" TEXT NULL,
    "undone_by_name" TEXT NULL,
    "undone_reason" TEXT NULL
);


CREATE TABLE "case_starts" (
    "id" TEXT NOT NULL CONSTRAINT "pk_case_starts" PRIMARY KEY,
    "case_no" TEXT NOT NULL,
    "by_id" TEXT NOT NULL,
    "by_name" TEXT NOT NULL,
    "at" TEXT NOT NULL
);


CREATE TABLE "checklist_entries" (
    "entry_code" TEXT NOT NULL CONSTRAINT "pk_checklist_entries" PRIMARY KEY,
    "template_code" TEXT NOT NULL,
    "template_name" TEXT NOT NULL,
    "template_version" INTEGER NOT NULL,
    "effective_from" TEXT NOT NULL,
    "item_code" TEXT NOT NULL,
    "sequence" INTEGER NOT NULL,
    "group" TEXT NULL,
    "content" TEXT NOT NULL,
    "method" TEXT NULL,
    "basis" TEXT NOT NULL,
    "clause" TEXT NOT NULL,
    "verdicts" TEXT NOT NULL,
    "default_grade" TEXT NULL,
    "major_criterion" TEXT NULL,
    "advice" TEXT NULL,
    "penalty_basis" TEXT NULL,
    "discretion" TEXT NULL,
    "is_mandatory" INTEGER NOT NULL,
    "needs_evidence" INTEGER NOT NULL,
    "expert" TEXT NULL,
    "note" TEXT NULL,
    "change_id" TEXT NULL,
    "changed_at" TEXT NULL
);


CREATE TABLE "child_counts" (
    "execution_id" TEXT NOT NULL CONSTRAINT "pk_child_counts" PRIMARY KEY,
    "waiting" INTEGER NOT NULL,
    "any_cancelled" INTEGER NOT NULL
);


CREATE TABLE "co_launches" (
    "id" TEXT NOT NULL CONSTRAINT "pk_co_launches" PRIMARY KEY,
    "campaign_id" TEXT NOT NULL,
    "unit" TEXT NOT NULL,
    "agreed" INTEGER NULL,
    "signed_by_id" TEXT NULL,
    "signed_by_name" TEXT NULL,
    "signed_at" TEXT NULL,
    "opinion" TEXT NULL,
    "revision" INTEGER NOT NULL
);


CREATE TABLE "code_entries" (
    "table_name" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "parent_code" TEXT NULL,
    "source" TEXT NULL,
    "effective_from" TEXT NULL,
    "effective_to" TEXT NULL,
    "note" TEXT NULL,
    "change_id" TEXT NULL,
    "changed_at" TEXT NULL,
    CONSTRAINT "pk_code_entries" PRIMARY KEY ("table_name", "code")
);


CREATE TABLE "credit_entries" (
    "id" TEXT NOT NULL CONSTRAINT "pk_credit_entries" PRIMARY KEY,
    "inspectee_number" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "source_no" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "on" TEXT NOT NULL,
    "expires_on" TEXT NULL,
    "serious" INTEGER NOT NULL,
    "earliest_repair_on" TEXT NULL,
    "recorded_by_name" TEXT NOT NULL,
    "recorded_at" TEXT NOT NULL
);


CREATE TABLE "deadline_rules" (
    "id" TEXT NOT NULL CONSTRAINT "pk_deadline_rules" PRIMARY KEY,
    "key" TEXT NOT NULL,
    "profile" TEXT NOT NULL,
    "effective_from" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "anchor" TEXT NOT NULL,
    "amount" INTEGER NULL,
    "unit" TEXT NOT NULL,
    "direction" TEXT NOT NULL,
    "rollover" INTEGER NOT NULL,
    "is_window" INTEGER NOT NULL,
    "month_day" TEXT NULL,
    "citation" TEXT NOT NULL,
    "rungs" TEXT NULL,
    "extension_times" INTEGER NULL,
    "extension_amount" INTEGER NOT NULL,
    "extension_unit" TEXT NOT NULL,
    "extension_by" TEXT NULL,
    "pauses" TEXT NULL,
    "status" TEXT NOT NULL,
    "proposed_by_id" TEXT NOT NULL,
    "proposed_by_name" TEXT NOT NULL,
    "proposed_at" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "decided_by_name" TEXT NULL,
    "decided_at" TEXT NULL,
    "opinion" TEXT NULL,
    "revision" INTEGER NOT NULL
);


CREATE TABLE "deadlines" (
    "id" TEXT NOT NULL CONSTRAINT "pk_deadlines" PRIMARY KEY,
    "rule_key" TEXT NOT NULL,
    "profile" TEXT NOT NULL,
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
    "anchor_at" TEXT NULL,
    "anchor_choice" TEXT NOT NULL,
    "amount" INTEGER NULL,
    "unit" TEXT NOT NULL,
    "direction" TEXT NOT NULL,
    "rollover" INTEGER NOT NULL,
    "is_window" INTEGER NOT NULL,
    "rungs" TEXT NULL,
    "explicit_due_on" TEXT NULL,
    "opened_on" TEXT NOT NULL,
    "round" INTEGER NOT NULL,
    "extensions" INTEGER NOT NULL,
    "round_on" TEXT NOT NULL,
    "rungs_taken" TEXT NOT NULL,
    "stood_still" TEXT NULL,
    "due_on" TEXT NOT NULL,
    "due_at" TEXT NULL,
    "provisional" INTEGER NOT NULL,
    "calendar_version" TEXT NOT NULL,
    "explanation" TEXT NOT NULL,
    "explanation_json" TEXT NOT NULL,
    "owner_role" TEXT NOT NULL,
    "owner_id" TEXT NULL,
    "owner_name" TEXT NULL,
    "owner_numbers" TEXT NULL,
    "section" TEXT NULL,
    "status" TEXT NOT NULL,
    "met_on" TEXT NULL,
    "closed_reason" TEXT NULL,
    "paused_on" TEXT NULL,
    "next_check_on" TEXT NULL,
    "next_check_at" TEXT NULL,
    "revision" INTEGER NOT NULL
);


CREATE TABLE "definition_changes" (
    "id" TEXT NOT NULL CONSTRAINT "pk_definition_changes" PRIMARY KEY,
    "kind" TEXT NOT NULL,
    "definition_id" TEXT NOT NULL,
    "version_id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "hash" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "effective_on" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "proposed_by_id" TEXT NOT NULL,
    "proposed_by_name" TEXT NOT NULL,
    "proposed_at" TEXT NOT NULL,
    "decided_by_id" TEXT NULL,
    "decided_by_name" TEXT NULL,
    "decided_at" TEXT NULL,
    "opinion" TEXT NULL,
    "in_force_at" TEXT NULL,
    "replaced_version_id" TEXT NULL,
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
    "edited_by_id" TEXT NULL,
    "edited_by_name" TEXT NULL,
    "edited_at" TEXT NULL,
    "published_at" TEXT NULL
);


CREATE TABLE "demands" (
    "number" TEXT NOT NULL CONSTRAINT "pk_demands" PRIMARY KEY,
    "unit" TEXT NOT NULL,
    "person" TEXT NULL,
    "raised_on" TEXT NOT NULL,
    "item_code" TEXT NOT NULL,
    "item_name" TEXT NULL,
    "reason" TEXT NOT NULL,
    "wanted_count" INTEGER NULL,
    "period_from" TEXT NULL,
    "period_to" TEXT NULL,
    "is_urgent" INTEGER NOT NULL,
    "late_reason" TEXT NULL,
    "handling" TEXT NULL,
    "status" TEXT NULL,
    "plan_no" TEXT NULL,
    "line_no" INTEGER NULL,
    "raised_by_id" TEXT NULL,
    "decided_by_name" TEXT NULL,
    "decided_on" TEXT NULL,
    "change_id" TEXT NULL,
    "changed_at" TEXT NULL
);


CREATE TABLE "demo_clock" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_demo_clock" PRIMARY KEY,
    "office_at" TEXT NOT NULL,
    "machine_at" TEXT NOT NULL
);


CREATE TABLE "discredit_proposals" (
    "id" TEXT NOT NULL CONSTRAINT "pk_discredit_proposals" PRIMARY KEY,
    "subject_id" TEXT NOT NULL,
    "source_no" TEXT NOT NULL,
    "inspection_no" TEXT NOT NULL,
    "inspectee_number" TEXT NOT NULL,
    "inspectee_name" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "ground" TEXT NULL,
    "facts" TEXT NOT NULL,
    "proposed_on" TEXT NOT NULL,
    "proposed_by_id" TEXT NOT NULL,
    "proposed_by_name" TEXT NOT NULL,
    "notice_on" TEXT NULL,
    "notice_to" TEXT NULL,
    "statement_until" TEXT NULL,
    "statement_waived" INTEGER NULL,
    "statement_text" TEXT NULL,
    "statement_review" TEXT NULL,
    "decided_on" TEXT NULL,
    "decided_by_name" TEXT NULL,
    "opinion" TEXT NULL,
    "listed_until" TEXT NULL,
    "removed_on" TEXT NULL,
    "revision" INTEGER NOT NULL
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


CREATE TABLE "disputes" (
    "id" TEXT NOT NULL CONSTRAINT "pk_disputes" PRIMARY KEY,
    "case_id" TEXT NOT NULL,
    "finding_id" TEXT NULL,
    "reason" TEXT NOT NULL,
    "raised_by_number" TEXT NULL,
    "raised_by_name" TEXT NOT NULL,
    "raised_at" TEXT NOT NULL,
    "outcome" TEXT NULL,
    "conclusion" TEXT NULL,
    "opinions_json" TEXT NULL,
    "settled_by_name" TEXT NULL,
    "settled_at" TEXT NULL
);


CREATE TABLE "draw_commitments" (
    "draw_id" TEXT NOT NULL,
    "sequence" INTEGER NOT NULL,
    "party" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "commitment" TEXT NULL,
    "nonce" TEXT NULL,
    "sealed_nonce" TEXT NULL,
    "person_id" TEXT NULL,
    "person_name" TEXT NULL,
    "committed_at" TEXT NULL,
    "revealed_at" TEXT NULL,
    CONSTRAINT "pk_draw_commitments" PRIMARY KEY ("draw_id", "sequence")
);


CREATE TABLE "draw_exclusions" (
    "draw_id" TEXT NOT NULL,
    "candidate_id" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "evidence" TEXT NULL,
    CONSTRAINT "pk_draw_exclusions" PRIMARY KEY ("draw_id", "candidate_id")
);


CREATE TABLE "drawn_list_readings" (
    "number" TEXT NOT NULL,
    "person_id" TEXT NOT NULL,
    "on" TEXT NOT NULL,
    "granted" INTEGER NOT NULL,
    "campaign_no" TEXT NOT NULL,
    "person_name" TEXT NOT NULL,
    "at" TEXT NOT NULL,
    CONSTRAINT "pk_drawn_list_readings" PRIMARY KEY ("number", "person_id", "on", "granted")
);


CREATE TABLE "draws" (
    "id" TEXT NOT NULL CONSTRAINT "pk_draws" PRIMARY KEY,
    "number" TEXT NOT NULL,
    "campaign_id" TEXT NOT NULL,
    "campaign_no" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "round" INTEGER NOT NULL,
    "status" TEXT NOT NULL,
    "strata_json" TEXT NOT NULL,
    "stratified_by" TEXT NULL,
    "list_note" TEXT NULL,
    "size" INTEGER NOT NULL,
    "count" INTEGER NOT NULL,
    "base_count" INTEGER NOT NULL,
    "base_on" TEXT NOT NULL,
    "ratio" TEXT NOT NULL,
    "beacon_source" TEXT NOT NULL,
    "beacon_on" TEXT NOT NULL,
    "planned_at" TEXT NOT NULL,
    "candidates_file" TEXT NOT NULL,
    "order_file" TEXT NULL,
    "order_hash" TEXT NULL,
    "reveals_file" TEXT NULL,
    "result_file" TEXT NULL,
    "beacon_text" TEXT NULL,
    "beacon_entered_by_id" TEXT NULL,
    "beacon_entered_by_name" TEXT NULL,
    "beacon_confirmed_by_id" TEXT NULL,
    "beacon_confirmed_by_name" TEXT NULL,
    "ordered_by_id" TEXT NOT NULL,
    "ordered_by_name" TEXT NOT NULL,
    "ordered_at" TEXT NOT NULL,
    "committed_at" TEXT NULL,
    "drawn_at" TEXT NULL,
    "voided_by_id" TEXT NULL,
    "void_reason" TEXT NULL,
    "voided_at" TEXT NULL,
    "revision" INTEGER NOT NULL
);


CREATE TABLE "enterprise_files" (
    "inspectee_number" TEXT NOT NULL CONSTRAINT "pk_enterprise_files" PRIMARY KEY,
    "inspectee_name" TEXT NOT NULL,
    "volumes" INTEGER NOT NULL,
    "opened_on" TEXT NOT NULL,
    "revision" INTEGER NOT NULL
);


CREATE TABLE "experts" (
    "number" TEXT NOT NULL CONSTRAINT "pk_experts" PRIMARY KEY,
    "name" TEXT NOT NULL,
    "gender" TEXT NULL,
    "employer" TEXT NULL,
    "specialities" TEXT NOT NULL,
    "title" TEXT NULL,
    "qualification" TEXT NULL,
    "appointed_from" TEXT NOT NULL,
    "appointed_to" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "phone" TEXT NULL,
    "fee" TEXT NULL,
    "assessment" TEXT NULL,
    "note" TEXT NULL,
    "change_id" TEXT NULL,
    "changed_at" TEXT NULL
);


CREATE TABLE "import_jobs" (
    "id" TEXT NOT NULL CONSTRAINT "pk_import_jobs" PRIMARY KEY,
    "kind" TEXT NOT NULL,
    "file_name" TEXT NOT NULL,
    "file_sha256" TEXT NOT NULL,
    "size" INTEGER NOT NULL,
    "status" TEXT NOT NULL,
    "is_confirmed" INTEGER NOT NULL,
    "by_id" TEXT NOT NULL,
    "by_name" TEXT NOT NULL,
    "reason" TEXT NULL,
    "requested_at" TEXT NOT NULL,
    "finished_at" TEXT NULL,
    "attempts" INTEGER NOT NULL,
    "report_json" TEXT NULL,
    "refusals_sha256" TEXT NULL,
    "fault" TEXT NULL
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


CREATE TABLE "inspectees" (
    "number" TEXT NOT NULL CONSTRAINT "pk_inspectees" PRIMARY KEY,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "former_name" TEXT NULL,
    "credit_code" TEXT NULL,
    "credit_code_note" TEXT NULL,
    "other_code" TEXT NULL,
    "registration_number" TEXT NULL,
    "entity_type" TEXT NOT NULL,
    "company_type" TEXT NULL,
    "industry_code" TEXT NULL,
    "industry_name" TEXT NULL,
    "region_code" TEXT NOT NULL,
    "town_code" TEXT NULL,
    "town" TEXT NULL,
    "registered_address" TEXT NOT NULL,
    "site_address" TEXT NULL,
    "longitude" TEXT NULL,
    "latitude" TEXT NULL,
    "datum" TEXT NULL,
    "legal_representative" TEXT NOT NULL,
    "post" TEXT NULL,
    "phone" TEXT NULL,
    "safety_contact" TEXT NULL,
    "safety_contact_phone" TEXT NULL,
    "registration_authority" TEXT NULL,
    "registration_status" TEXT NOT NULL,
    "established_on" TEXT NULL,
    "capital_wan" TEXT NULL,
    "employees" INTEGER NULL,
    "size" TEXT NULL,
    "safety_sector" TEXT NULL,
    "licence_kinds" TEXT NULL,
    "licence_numbers" TEXT NULL,
    "licence_ends" TEXT NULL,
    "tags" TEXT NULL,
    "credit_grade" TEXT NULL,
    "credit_source" TEXT NULL,
    "credit_graded_on" TEXT NULL,
    "risk_grade" TEXT NULL,
    "list_flags" TEXT NULL,
    "complaints12_months" INTEGER NULL,
    "penalties24_months" INTEGER NULL,
    "open_hazards" INTEGER NULL,
    "visits_this_year" INTEGER NULL,
    "exclusion_code" TEXT NULL,
    "exclusion_reason" TEXT NULL,
    "exclusion_from" TEXT NULL,
    "exclusion_to" TEXT NULL,
    "owner_section" TEXT NULL,
    "level" TEXT NULL,
    "source" TEXT NULL,
    "updated_on" TEXT NULL,
    "change_id" TEXT NULL,
    "changed_at" TEXT NULL
);


CREATE TABLE "inspection_assignments" (
    "id" TEXT NOT NULL CONSTRAINT "pk_inspection_assignments" PRIMARY KEY,
    "campaign_id" TEXT NOT NULL,
    "sequence" INTEGER NOT NULL,
    "inspectee_number" TEXT NOT NULL,
    "inspectee_name" TEXT NOT NULL,
    "draw_position" INTEGER NOT NULL,
    "planned_on" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "replaces_id" TEXT NULL,
    "replaced_reason" TEXT NULL,
    "merged_into_id" TEXT NULL,
    "revision" INTEGER NOT NULL
);


CREATE TABLE "inspection_cases" (
    "id" TEXT NOT NULL CONSTRAINT "pk_inspection_cases" PRIMARY KEY,
    "inspection_no" TEXT NOT NULL,
    "campaign_id" TEXT NOT NULL,
    "campaign_no" TEXT NOT NULL,
    "inspectee_number" TEXT NOT NULL,
    "inspectee_name" TEXT NOT NULL,
    "credit_code" TEXT NULL,
    "address" TEXT NULL,
    "item_codes" TEXT NOT NULL,
    "item_versions" TEXT NULL,
    "status" TEXT NOT NULL,
    "lead" TEXT NULL,
    "leader_number" TEXT NOT NULL,
    "team_json" TEXT NOT NULL,
    "planned_on" TEXT NOT NULL,
    "opened_at" TEXT NOT NULL,
    "approved_on" TEXT NULL,
    "approved_by_name" TEXT NULL,
    "cap_waiver_reason" TEXT NULL,
    "refusal_reason" TEXT NULL,
    "site_scope" TEXT NULL,
    "site_focus" TEXT NULL,
    "site_division" TEXT NULL,
    "site_plan_on" TEXT NULL,
    "file_read_by_name" TEXT NULL,
    "site_statement" TEXT NULL,
    "officer_confirmed_by_id" TEXT NULL,
    "officer_confirmed_by_name" TEXT NULL,
    "expert_confirmed_by_id" TEXT NULL,
    "expert_confirmed_by_name" TEXT NULL,
    "locked_at" TEXT NULL,
    "checked_on" TEXT NULL,
    "no_entry_filing" INTEGER NOT NULL,
    "no_entry_transfer_to" TEXT NULL,
    "feedback_at" TEXT NULL,
    "feedback_by_name" TEXT NULL,
    "feedback_signed" INTEGER NULL,
    "feedback_receiver" TEXT NULL,
    "feedback_receiver_post" TEXT NULL,
    "feedback_statement" TEXT NULL,
    "feedback_advice" TEXT NULL,
    "feedback_refusal" TEXT NULL,
    "feedback_witness" TEXT NULL,
    "visit_ended_on" TEXT NULL,
    "result_codes" TEXT NULL,
    "follow_up" TEXT NULL,
    "result_entered_by_id" TEXT NULL,
    "result_entered_by_name" TEXT NULL,
    "result_entered_on" TEXT NULL,
    "archive_no" TEXT NULL,
    "archived_on" TEXT NULL,
    "file_index_json" TEXT NULL,
    "revision" INTEGER NOT NULL
);


CREATE TABLE "inspection_items" (
    "code" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "effective_from" TEXT NOT NULL,
    "effective_to" TEXT NULL,
    "category" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "sub_item" TEXT NULL,
    "legal_basis" TEXT NOT NULL,
    "clauses" TEXT NOT NULL,
    "basis_text" TEXT NULL,
    "basis_link" TEXT NULL,
    "department" TEXT NOT NULL,
    "department_level" TEXT NULL,
    "objects" TEXT NOT NULL,
    "object_filter" TEXT NULL,
    "content" TEXT NOT NULL,
    "sampling" TEXT NOT NULL,
    "methods" TEXT NOT NULL,
    "ratio" TEXT NOT NULL,
    "frequency" TEXT NOT NULL,
    "yearly_cap" INTEGER NULL,
    "weight" TEXT NULL,
    "is_random" INTEGER NOT NULL,
    "exclusion_code" TEXT NULL,
    "speciality" TEXT NULL,
    "is_joint" INTEGER NOT NULL,
    "owner_section" TEXT NULL,
    "reviewed_by" TEXT NULL,
    "reviewed_on" TEXT NULL,
    "review_opinion" TEXT NULL,
    "published_on" TEXT NULL,
    "channel" TEXT NULL,
    "note" TEXT NULL,
    "change_id" TEXT NULL,
    "changed_at" TEXT NULL,
    CONSTRAINT "pk_inspection_items" PRIMARY KEY ("code", "version")
);


CREATE TABLE "ladder_proposals" (
    "id" TEXT NOT NULL CONSTRAINT "pk_ladder_proposals" PRIMARY KEY,
    "ladder" TEXT NULL,
    "status" TEXT NOT NULL,
    "proposed_by_id" TEXT NOT NULL,
    "proposed_by_name" TEXT NOT NULL,
    "proposed_at" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "decided_by_name" TEXT NULL,
    "decided_at" TEXT NULL,
    "opinion" TEXT NULL,
    "revision" INTEGER NOT NULL
);


CREATE TABLE "leader_appointments" (
    "id" TEXT NOT NULL CONSTRAINT "pk_leader_appointments" PRIMARY KEY,
    "campaign_id" TEXT NOT NULL,
    "sequence" INTEGER NOT NULL,
    "person_number" TEXT NOT NULL,
    "person_name" TEXT NOT NULL,
    "post" TEXT NOT NULL,
    "certificate_no" TEXT NULL,
    "is_waiver" INTEGER NOT NULL,
    "waives" TEXT NULL,
    "reason" TEXT NOT NULL,
    "by_id" TEXT NOT NULL,
    "by_name" TEXT NOT NULL,
    "at" TEXT NOT NULL,
    "confirmed_by_id" TEXT NULL,
    "confirmed_by_name" TEXT NULL,
    "confirmed_at" TEXT NULL,
    "revision" INTEGER NOT NULL
);


CREATE TABLE "leave_periods" (
    "number" TEXT NOT NULL CONSTRAINT "pk_leave_periods" PRIMARY KEY,
    "person_number" TEXT NOT NULL,
    "person_name" TEXT NULL,
    "kind" TEXT NOT NULL,
    "from" TEXT NOT NULL,
    "to" TEXT NOT NULL,
    "reason" TEXT NULL,
    "proof" TEXT NULL,
    "approver" TEXT NULL,
    "approved_on" TEXT NULL,
    "status" TEXT NOT NULL,
    "change_id" TEXT NULL,
    "changed_at" TEXT NULL
);


CREATE TABLE "migration_proposals" (
    "id" TEXT NOT NULL CONSTRAINT "pk_migration_proposals" PRIMARY KEY,
    "instance_id" TEXT NOT NULL,
    "case_no" TEXT NOT NULL,
    "definition_id" TEXT NOT NULL,
    "from_version_id" TEXT NOT NULL,
    "from_version" INTEGER NOT NULL,
    "to_version_id" TEXT NOT NULL,
    "to_version" INTEGER NOT NULL,
    "choices_json" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "proposed_by_id" TEXT NOT NULL,
    "proposed_by_name" TEXT NOT NULL,
    "proposed_at" TEXT NOT NULL,
    "decided_by_id" TEXT NULL,
    "decided_by_name" TEXT NULL,
    "decided_at" TEXT NULL,
    "opinion" TEXT NULL,
    "revision" INTEGER NOT NULL
);


CREATE TABLE "number_series" (
    "code_word" TEXT NOT NULL,
    "year" INTEGER NOT NULL,
    "last" INTEGER NOT NULL,
    CONSTRAINT "pk_number_series" PRIMARY KEY ("code_word", "year")
);


CREATE TABLE "office_profiles" (
    "key" TEXT NOT NULL CONSTRAINT "pk_office_profiles" PRIMARY KEY,
    "name" TEXT NOT NULL,
    "short_name" TEXT NULL,
    "region_code" TEXT NOT NULL,
    "region_name" TEXT NOT NULL,
    "profile" TEXT NULL,
    "json" TEXT NOT NULL
);


CREATE TABLE "officer_comparisons" (
    "id" TEXT NOT NULL CONSTRAINT "pk_officer_comparisons" PRIMARY KEY,
    "list" TEXT NOT NULL,
    "list_on" TEXT NOT NULL,
    "at" TEXT NOT NULL,
    "by_name" TEXT NOT NULL,
    "file_name" TEXT NULL,
    "ours" INTEGER NOT NULL,
    "theirs" INTEGER NOT NULL,
    "wanted" INTEGER NOT NULL,
    "covered" INTEGER NOT NULL,
    "same" INTEGER NOT NULL,
    "differing" INTEGER NOT NULL,
    "differences_json" TEXT NOT NULL,
    "unknown_json" TEXT NOT NULL
);


CREATE TABLE "officers" (
    "number" TEXT NOT NULL CONSTRAINT "pk_officers" PRIMARY KEY,
    "name" TEXT NOT NULL,
    "gender" TEXT NULL,
    "born_in" TEXT NULL,
    "id_number" TEXT NULL,
    "department" TEXT NOT NULL,
    "section" TEXT NULL,
    "post" TEXT NULL,
    "rank" TEXT NULL,
    "staff_kind" TEXT NOT NULL,
    "may_lead" INTEGER NOT NULL,
    "certificate_no" TEXT NULL,
    "certificate_issuer" TEXT NULL,
    "certificate_issued_on" TEXT NULL,
    "certificate_valid_to" TEXT NULL,
    "certificate_status" TEXT NOT NULL,
    "second_certificate_no" TEXT NULL,
    "second_certificate_valid_to" TEXT NULL,
    "scope" TEXT NULL,
    "speciality" TEXT NULL,
    "education" TEXT NULL,
    "title" TEXT NULL,
    "post_qualifications" TEXT NULL,
    "training_days" TEXT NULL,
    "training_subjects" TEXT NULL,
    "training_marks" TEXT NULL,
    "phone" TEXT NULL,
    "status" TEXT NULL,
    "last_year_partners" TEXT NULL,
    "takes_part" TEXT NULL,
    "out_reason" TEXT NULL,
    "note" TEXT NULL,
    "change_id" TEXT NULL,
    "changed_at" TEXT NULL
);


CREATE TABLE "official_documents" (
    "id" TEXT NOT NULL CONSTRAINT "pk_official_documents" PRIMARY KEY,
    "template" TEXT NOT NULL,
    "template_version" INTEGER NOT NULL,
    "title" TEXT NOT NULL,
    "number" TEXT NULL,
    "code_word" TEXT NULL,
    "year" INTEGER NOT NULL,
    "sequence" INTEGER NULL,
    "subject_id" TEXT NOT NULL,
    "case_no" TEXT NOT NULL,
    "chain" TEXT NOT NULL,
    "html" TEXT NOT NULL,
    "data_json" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "issued_by_id" TEXT NOT NULL,
    "issued_by_name" TEXT NOT NULL,
    "signed_by_name" TEXT NOT NULL,
    "signed_at" TEXT NOT NULL,
    "signed_on" TEXT NOT NULL,
    "served_on" TEXT NULL,
    "served_how" TEXT NULL,
    "receiver" TEXT NULL,
    "served_place" TEXT NULL,
    "service_note" TEXT NULL,
    "served_by_name" TEXT NULL,
    "voided_at" TEXT NULL,
    "voided_by_name" TEXT NULL,
    "void_reason" TEXT NULL,
    "revision" INTEGER NOT NULL
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


CREATE TABLE "plan_exclusions" (
    "id" TEXT NOT NULL CONSTRAINT "pk_plan_exclusions" PRIMARY KEY,
    "plan_no" TEXT NOT NULL,
    "line_no" INTEGER NOT NULL,
    "inspectee_number" TEXT NOT NULL,
    "inspectee_name" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "document" TEXT NULL,
    "by_id" TEXT NULL,
    "by_name" TEXT NOT NULL,
    "at" TEXT NOT NULL,
    "is_late" INTEGER NOT NULL,
    "confirmed_by_name" TEXT NULL,
    "confirmed_at" TEXT NULL
);


CREATE TABLE "plan_lines" (
    "plan_no" TEXT NOT NULL,
    "line_no" INTEGER NOT NULL,
    "year" INTEGER NOT NULL,
    "item_code" TEXT NOT NULL,
    "item_name" TEXT NOT NULL,
    "basis" TEXT NULL,
    "kind" TEXT NULL,
    "lead_unit" TEXT NOT NULL,
    "participants" TEXT NULL,
    "section" TEXT NULL,
    "sampling" TEXT NOT NULL,
    "method" TEXT NULL,
    "base_count" INTEGER NOT NULL,
    "base_date" TEXT NOT NULL,
    "pool_count" INTEGER NULL,
    "ratio" TEXT NOT NULL,
    "ratio_base" TEXT NOT NULL,
    "sample_size" INTEGER NOT NULL,
    "full_check_reason" TEXT NULL,
    "full_check_code" TEXT NULL,
    "content" TEXT NULL,
    "frequency" TEXT NULL,
    "yearly_cap" INTEGER NULL,
    "period_from" TEXT NOT NULL,
    "period_to" TEXT NOT NULL,
    "officers_per_group" INTEGER NOT NULL,
    "experts_per_group" INTEGER NOT NULL,
    "is_joint" INTEGER NOT NULL,
    "speciality" TEXT NULL,
    "note" TEXT NULL,
    "ratio_reason" TEXT NULL,
    "merged_items" TEXT NULL,
    "strata" TEXT NULL,
    "strata_weights" TEXT NULL,
    "budget" INTEGER NULL,
    "change_id" TEXT NULL,
    "changed_at" TEXT NULL,
    CONSTRAINT "pk_plan_lines" PRIMARY KEY ("plan_no", "line_no")
);


CREATE TABLE "plan_rules" (
    "id" TEXT NOT NULL CONSTRAINT "pk_plan_rules" PRIMARY KEY,
    "effective_from" TEXT NOT NULL,
    "undirected_floor" TEXT NOT NULL,
    "directed_floor" TEXT NOT NULL,
    "visits_per_inspectee" INTEGER NULL,
    "merge_within_days" INTEGER NOT NULL,
    "visits_per_day" INTEGER NOT NULL,
    "many_complaints" INTEGER NOT NULL,
    "credit_caps" TEXT NULL,
    "register_fresh_days" INTEGER NULL,
    "basis" TEXT NOT NULL,
    "set_by_id" TEXT NOT NULL,
    "set_by_name" TEXT NOT NULL,
    "set_at" TEXT NOT NULL
);


CREATE TABLE "plan_versions" (
    "plan_id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "lines_json" TEXT NOT NULL,
    "lines_hash" TEXT NOT NULL,
    "difference_json" TEXT NOT NULL,
    "reason" TEXT NULL,
    "fixed_by_name" TEXT NOT NULL,
    "fixed_at" TEXT NOT NULL,
    "government_by_name" TEXT NULL,
    "government_no" TEXT NULL,
    "government_on" TEXT NULL,
    "published_on" TEXT NULL,
    CONSTRAINT "pk_plan_versions" PRIMARY KEY ("plan_id", "version")
);


CREATE TABLE "profile_changes" (
    "id" TEXT NOT NULL CONSTRAINT "pk_profile_changes" PRIMARY KEY,
    "before" TEXT NOT NULL,
    "profile" TEXT NOT NULL,
    "effective_from" TEXT NOT NULL,
    "running" TEXT NOT NULL,
    "document" TEXT NOT NULL,
    "applied_at" TEXT NULL,
    "moved" INTEGER NOT NULL,
    "status" TEXT NOT NULL,
    "proposed_by_id" TEXT NOT NULL,
    "proposed_by_name" TEXT NOT NULL,
    "proposed_at" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "decided_by_name" TEXT NULL,
    "decided_at" TEXT NULL,
    "opinion" TEXT NULL,
    "revision" INTEGER NOT NULL
);


CREATE TABLE "publications" (
    "id" TEXT NOT NULL CONSTRAINT "pk_publications" PRIMARY KEY,
    "kind" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "case_id" TEXT NULL,
    "subject_no" TEXT NOT NULL,
    "subject_id" TEXT NULL,
    "inspectee_number" TEXT NULL,
    "content_json" TEXT NOT NULL,
    "masked_json" TEXT NOT NULL,
    "person_names" TEXT NOT NULL,
    "due_on" TEXT NULL,
    "expires_on" TEXT NULL,
    "author_id" TEXT NOT NULL,
    "author_name" TEXT NOT NULL,
    "drafted_at" TEXT NOT NULL,
    "revised_by_id" TEXT NULL,
    "revised_by_name" TEXT NULL,
    "reviewer_name" TEXT NULL,
    "reviewer_id" TEXT NULL,
    "review_opinion" TEXT NULL,
    "reviewed_at" TEXT NULL,
    "publisher_name" TEXT NULL,
    "published_at" TEXT NULL,
    "published_on" TEXT NULL,
    "channel" TEXT NULL,
    "withdrawal_ground" TEXT NULL,
    "withdrawal_ground_on" TEXT NULL,
    "withdrawal_document" TEXT NULL,
    "withdrawal_proposed_by_id" TEXT NULL,
    "withdrawal_proposed_by_name" TEXT NULL,
    "withdrawals_proposed" INTEGER NOT NULL,
    "withdrawn_at" TEXT NULL,
    "withdrawn_by_name" TEXT NULL,
    "withdrawal_reason" TEXT NULL,
    "revision" INTEGER NOT NULL
);


CREATE TABLE "register_changes" (
    "id" TEXT NOT NULL CONSTRAINT "pk_register_changes" PRIMARY KEY,
    "kind" TEXT NOT NULL,
    "at" TEXT NOT NULL,
    "by_id" TEXT NOT NULL,
    "by_name" TEXT NOT NULL,
    "act" TEXT NOT NULL,
    "reason" TEXT NULL,
    "file_name" TEXT NULL,
    "file_sha256" TEXT NULL,
    "added" INTEGER NOT NULL,
    "updated" INTEGER NOT NULL,
    "filing_id" TEXT NULL
);


CREATE TABLE "register_filings" (
    "id" TEXT NOT NULL CONSTRAINT "pk_register_filings" PRIMARY KEY,
    "kind" TEXT NOT NULL,
    "at" TEXT NOT NULL,
    "by_name" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "number" TEXT NULL,
    "changes" INTEGER NOT NULL,
    "entries" INTEGER NOT NULL,
    "file_sha256" TEXT NOT NULL
);


CREATE TABLE "register_verifications" (
    "mark" TEXT NOT NULL,
    "inspectee_number" TEXT NOT NULL,
    "inspectee_name" TEXT NOT NULL,
    "is_consistent" INTEGER NOT NULL,
    "note" TEXT NULL,
    "by_id" TEXT NOT NULL,
    "by_name" TEXT NOT NULL,
    "at" TEXT NOT NULL,
    CONSTRAINT "pk_register_verifications" PRIMARY KEY ("mark", "inspectee_number")
);


CREATE TABLE "register_versions" (
    "kind" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "change_id" TEXT NOT NULL,
    "made_by" TEXT NULL,
    "from_at" TEXT NULL,
    "to_at" TEXT NOT NULL,
    "data" TEXT NOT NULL,
    CONSTRAINT "pk_register_versions" PRIMARY KEY ("kind", "key", "change_id")
);


CREATE TABLE "relations" (
    "number" TEXT NOT NULL CONSTRAINT "pk_relations" PRIMARY KEY,
    "person_kind" TEXT NOT NULL,
    "person_number" TEXT NOT NULL,
    "person_name" TEXT NULL,
    "inspectee_number" TEXT NOT NULL,
    "inspectee_name" TEXT NULL,
    "kind" TEXT NOT NULL,
    "detail" TEXT NULL,
    "from" TEXT NOT NULL,
    "to" TEXT NULL,
    "source" TEXT NULL,
    "registered_on" TEXT NULL,
    "change_id" TEXT NULL,
    "changed_at" TEXT NULL
);


CREATE TABLE "roster_requests" (
    "id" TEXT NOT NULL CONSTRAINT "pk_roster_requests" PRIMARY KEY,
    "campaign_id" TEXT NOT NULL,
    "sequence" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "person_number" TEXT NULL,
    "inspectee_number" TEXT NULL,
    "from_on" TEXT NULL,
    "to_on" TEXT NULL,
    "reason" TEXT NOT NULL,
    "proof" TEXT NULL,
    "filed_by_id" TEXT NOT NULL,
    "filed_by_name" TEXT NOT NULL,
    "filed_at" TEXT NOT NULL,
    "granted" INTEGER NULL,
    "opinion" TEXT NULL,
    "decided_by_id" TEXT NULL,
    "decided_by_name" TEXT NULL,
    "decided_at" TEXT NULL,
    "awaits_round" INTEGER NOT NULL,
    "effect" TEXT NULL,
    "revision" INTEGER NOT NULL
);


CREATE TABLE "saved_filters" (
    "id" TEXT NOT NULL CONSTRAINT "pk_saved_filters" PRIMARY KEY,
    "owner_id" TEXT NOT NULL,
    "owner_name" TEXT NOT NULL,
    "section" TEXT NULL,
    "name" TEXT NOT NULL,
    "query" TEXT NOT NULL,
    "is_shared" INTEGER NOT NULL
);


CREATE TABLE "saved_views" (
    "id" TEXT NOT NULL CONSTRAINT "pk_saved_views" PRIMARY KEY,
    "kind" TEXT NOT NULL,
    "owner_id" TEXT NOT NULL,
    "owner_name" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "query" TEXT NOT NULL,
    "is_shared" INTEGER NOT NULL
);


CREATE TABLE "seat_skips" (
    "id" TEXT NOT NULL CONSTRAINT "pk_seat_skips" PRIMARY KEY,
    "assignment_id" TEXT NOT NULL,
    "campaign_id" TEXT NOT NULL,
    "sequence" INTEGER NOT NULL,
    "part" TEXT NOT NULL,
    "person_number" TEXT NOT NULL,
    "person_name" TEXT NOT NULL,
    "on" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "at" TEXT NOT NULL
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


CREATE TABLE "substitutions" (
    "id" TEXT NOT NULL CONSTRAINT "pk_substitutions" PRIMARY KEY,
    "principal_id" TEXT NOT NULL,
    "principal_name" TEXT NOT NULL,
    "substitute_id" TEXT NOT NULL,
    "substitute_name" TEXT NOT NULL,
    "from" TEXT NOT NULL,
    "to" TEXT NOT NULL,
    "role" TEXT NULL,
    "kind" TEXT NULL,
    "reason" TEXT NOT NULL,
    "created_at" TEXT NOT NULL,
    "created_by_name" TEXT NOT NULL,
    "ended_on" TEXT NULL,
    "ended_by_name" TEXT NULL,
    "revision" INTEGER NOT NULL
);


CREATE TABLE "timer_triggers" (
    "version_id" TEXT NOT NULL,
    "node_id" TEXT NOT NULL,
    "due_at" TEXT NULL,
    CONSTRAINT "pk_timer_triggers" PRIMARY KEY ("version_id", "node_id")
);


CREATE TABLE "upper_tasks" (
    "number" TEXT NOT NULL CONSTRAINT "pk_upper_tasks" PRIMARY KEY,
    "issuer" TEXT NOT NULL,
    "document" TEXT NOT NULL,
    "issued_on" TEXT NOT NULL,
    "item_code" TEXT NOT NULL,
    "item_name" TEXT NULL,
    "scope" TEXT NULL,
    "period_from" TEXT NOT NULL,
    "period_to" TEXT NOT NULL,
    "wanted_count" INTEGER NULL,
    "drawn" TEXT NULL,
    "note" TEXT NULL,
    "answer" TEXT NULL,
    "plan_no" TEXT NULL,
    "line_no" INTEGER NULL,
    "answer_reason" TEXT NULL,
    "answered_by_name" TEXT NULL,
    "answered_on" TEXT NULL,
    "change_id" TEXT NULL,
    "changed_at" TEXT NULL
);


CREATE TABLE "used_commitments" (
    "commitment" TEXT NOT NULL CONSTRAINT "pk_used_commitments" PRIMARY KEY,
    "campaign_id" TEXT NOT NULL,
    "party" TEXT NOT NULL,
    "committed_at" TEXT NOT NULL
);


CREATE TABLE "work_item_acts" (
    "id" TEXT NOT NULL CONSTRAINT "pk_work_item_acts" PRIMARY KEY,
    "work_item_id" TEXT NOT NULL,
    "operation_id" TEXT NOT NULL,
    "at" TEXT NOT NULL,
    "by_id" TEXT NOT NULL,
    "by_name" TEXT NOT NULL,
    "verb" TEXT NOT NULL,
    "to_id" TEXT NULL,
    "to_name" TEXT NULL,
    "opinion" TEXT NULL,
    "clock_note" TEXT NOT NULL
);


CREATE TABLE "work_item_copies" (
    "id" TEXT NOT NULL CONSTRAINT "pk_work_item_copies" PRIMARY KEY,
    "work_item_id" TEXT NOT NULL,
    "person_id" TEXT NOT NULL,
    "person_name" TEXT NOT NULL,
    "by_name" TEXT NOT NULL,
    "note" TEXT NULL,
    "at" TEXT NOT NULL,
    "read_at" TEXT NULL
);


CREATE TABLE "work_item_delegations" (
    "id" TEXT NOT NULL CONSTRAINT "pk_work_item_delegations" PRIMARY KEY,
    "work_item_id" TEXT NOT NULL,
    "level" INTEGER NOT NULL,
    "from_id" TEXT NOT NULL,
    "from_name" TEXT NOT NULL,
    "to_id" TEXT NOT NULL,
    "to_name" TEXT NOT NULL,
    "question" TEXT NOT NULL,
    "at" TEXT NOT NULL,
    "answer" TEXT NULL,
    "ended_at" TEXT NULL
);


CREATE TABLE "work_item_seats" (
    "work_item_id" TEXT NOT NULL,
    "number" TEXT NOT NULL,
    "due_key" TEXT NOT NULL,
    CONSTRAINT "pk_work_item_seats" PRIMARY KEY ("work_item_id", "number")
);


CREATE TABLE "work_item_signers" (
    "id" TEXT NOT NULL CONSTRAINT "pk_work_item_signers" PRIMARY KEY,
    "work_item_id" TEXT NOT NULL,
    "person_id" TEXT NOT NULL,
    "person_name" TEXT NOT NULL,
    "added_by_id" TEXT NOT NULL,
    "added_by_name" TEXT NOT NULL,
    "added_at" TEXT NOT NULL,
    "question" TEXT NOT NULL,
    "agrees" INTEGER NULL,
    "opinion" TEXT NULL,
    "ended_at" TEXT NULL,
    "is_removed" INTEGER NOT NULL
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
    "delegated_by_id" TEXT NULL,
    "delegated_by_name" TEXT NULL,
    "sign_rule" TEXT NOT NULL,
    "sign_share" INTEGER NOT NULL,
    "suspended_at" TEXT NULL,
    "suspended_by_name" TEXT NULL,
    "suspend_reason" TEXT NULL,
    "clock_stopped" INTEGER NOT NULL,
    "urged_count" INTEGER NOT NULL,
    "urged_at" TEXT NULL,
    "back_note" TEXT NULL,
    "back_from_id" TEXT NULL,
    "created_at" TEXT NOT NULL,
    "created_on" TEXT NOT NULL,
    "due_on" TEXT NULL,
    "due_key" TEXT NOT NULL,
    "queue" TEXT NULL,
    "second_queue" TEXT NULL,
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


CREATE TABLE "working_rules" (
    "id" TEXT NOT NULL CONSTRAINT "pk_working_rules" PRIMARY KEY,
    "version" INTEGER NOT NULL,
    "title" TEXT NOT NULL,
    "document_no" TEXT NOT NULL,
    "adopted_on" TEXT NOT NULL,
    "effective_from" TEXT NOT NULL,
    "texts_json" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "proposed_by_id" TEXT NOT NULL,
    "proposed_by_name" TEXT NOT NULL,
    "proposed_at" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "decided_by_name" TEXT NULL,
    "decided_at" TEXT NULL,
    "opinion" TEXT NULL,
    "revision" INTEGER NOT NULL
);


CREATE TABLE "calendar_feeds" (
    "account_id" TEXT NOT NULL CONSTRAINT "pk_calendar_feeds" PRIMARY KEY,
    "token_sha256" TEXT NOT NULL,
    "created_at" TEXT NOT NULL,
    "revision" INTEGER NOT NULL,
    CONSTRAINT "fk_calendar_feeds_accounts_account_id" FOREIGN KEY ("account_id") REFERENCES "accounts" ("id") ON DELETE RESTRICT
);


CREATE TABLE "alert_deliveries" (
    "alert_id" TEXT NOT NULL,
    "way" TEXT NOT NULL,
    "recipient_id" TEXT NOT NULL,
    "recipient_name" TEXT NOT NULL,
    "created_at" TEXT NOT NULL,
    "message_key" TEXT NULL,
    "is_digest" INTEGER NOT NULL,
    "problem" TEXT NULL,
    "revision" INTEGER NOT NULL,
    CONSTRAINT "pk_alert_deliveries" PRIMARY KEY ("alert_id", "recipient_id", "way"),
    CONSTRAINT "fk_alert_deliveries_alerts_alert_id" FOREIGN KEY ("alert_id") REFERENCES "alerts" ("id") ON DELETE RESTRICT
) WITHOUT ROWID;


CREATE TABLE "credit_repairs" (
    "id" TEXT NOT NULL CONSTRAINT "pk_credit_repairs" PRIMARY KEY,
    "entry_id" TEXT NOT NULL,
    "inspectee_number" TEXT NOT NULL,
    "asked_on" TEXT NOT NULL,
    "commitment" TEXT NOT NULL,
    "proof" TEXT NOT NULL,
    "recorded_by_id" TEXT NOT NULL,
    "recorded_by_name" TEXT NOT NULL,
    "granted" INTEGER NULL,
    "decided_on" TEXT NULL,
    "decided_by_name" TEXT NULL,
    "opinion" TEXT NULL,
    "revision" INTEGER NOT NULL,
    CONSTRAINT "fk_credit_repairs_credit_entries_entry_id" FOREIGN KEY ("entry_id") REFERENCES "credit_entries" ("id") ON DELETE RESTRICT
);


CREATE TABLE "deadline_facts" (
    "id" TEXT NOT NULL CONSTRAINT "pk_deadline_facts" PRIMARY KEY,
    "deadline_id" TEXT NOT NULL,
    "event" TEXT NOT NULL,
    "on" TEXT NOT NULL,
    "document" TEXT NULL,
    "evidence_sha256" TEXT NULL,
    "is_end" INTEGER NOT NULL,
    "recorded_by_name" TEXT NOT NULL,
    "recorded_at" TEXT NOT NULL,
    "is_replaced" INTEGER NOT NULL,
    CONSTRAINT "fk_deadline_facts_deadlines_deadline_id" FOREIGN KEY ("deadline_id") REFERENCES "deadlines" ("id") ON DELETE RESTRICT
);


CREATE TABLE "deadline_moves" (
    "id" TEXT NOT NULL CONSTRAINT "pk_deadline_moves" PRIMARY KEY,
    "deadline_id" TEXT NOT NULL,
    "case_no" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "cause" TEXT NOT NULL,
    "from" TEXT NOT NULL,
    "to" TEXT NOT NULL,
    "why" TEXT NOT NULL,
    "before" TEXT NOT NULL,
    "after" TEXT NOT NULL,
    "calendar_before" TEXT NOT NULL,
    "calendar_after" TEXT NOT NULL,
    "moved_at" TEXT NOT NULL,
    "moved_on" TEXT NOT NULL,
    "moved_by_name" TEXT NOT NULL,
    "evidence_sha256" TEXT NULL,
    CONSTRAINT "fk_deadline_moves_deadlines_deadline_id" FOREIGN KEY ("deadline_id") REFERENCES "deadlines" ("id") ON DELETE RESTRICT
);


CREATE TABLE "deadline_pauses" (
    "id" TEXT NOT NULL CONSTRAINT "pk_deadline_pauses" PRIMARY KEY,
    "deadline_id" TEXT NOT NULL,
    "paused_on" TEXT NOT NULL,
    "resumed_on" TEXT NULL,
    "reason" TEXT NOT NULL,
    "document" TEXT NOT NULL,
    "approved_by_name" TEXT NOT NULL,
    "evidence_sha256" TEXT NULL,
    "counts" INTEGER NOT NULL,
    CONSTRAINT "fk_deadline_pauses_deadlines_deadline_id" FOREIGN KEY ("deadline_id") REFERENCES "deadlines" ("id") ON DELETE RESTRICT
);


CREATE TABLE "supervision_orders" (
    "id" TEXT NOT NULL CONSTRAINT "pk_supervision_orders" PRIMARY KEY,
    "order_no" TEXT NOT NULL,
    "deadline_id" TEXT NOT NULL,
    "case_no" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "requirement" TEXT NOT NULL,
    "ordered_on" TEXT NOT NULL,
    "ordered_by_id" TEXT NOT NULL,
    "ordered_by_name" TEXT NOT NULL,
    "cause" TEXT NULL,
    "measures" TEXT NULL,
    "promised_on" TEXT NULL,
    "answered_by_id" TEXT NULL,
    "answered_by_name" TEXT NULL,
    "answered_on" TEXT NULL,
    "opinion" TEXT NULL,
    "closed_on" TEXT NULL,
    "revision" INTEGER NOT NULL,
    CONSTRAINT "fk_supervision_orders_deadlines_deadline_id" FOREIGN KEY ("deadline_id") REFERENCES "deadlines" ("id") ON DELETE RESTRICT
);


CREATE TABLE "archive_volumes" (
    "id" TEXT NOT NULL CONSTRAINT "pk_archive_volumes" PRIMARY KEY,
    "inspectee_number" TEXT NOT NULL,
    "catalogue_no" INTEGER NOT NULL,
    "archive_no" TEXT NOT NULL,
    "case_id" TEXT NOT NULL,
    "inspection_no" TEXT NOT NULL,
    "index_json" TEXT NOT NULL,
    "index_hash" TEXT NOT NULL,
    "archived_on" TEXT NOT NULL,
    "archived_by_name" TEXT NOT NULL,
    CONSTRAINT "fk_archive_volumes_enterprise_files_inspectee_number" FOREIGN KEY ("inspectee_number") REFERENCES "enterprise_files" ("inspectee_number") ON DELETE RESTRICT,
    CONSTRAINT "fk_archive_volumes_inspection_cases_case_id" FOREIGN KEY ("case_id") REFERENCES "inspection_cases" ("id") ON DELETE RESTRICT
);


CREATE TABLE "check_results" (
    "id" TEXT NOT NULL CONSTRAINT "pk_check_results" PRIMARY KEY,
    "case_id" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "code" TEXT NOT NULL,
    "content" TEXT NOT NULL,
    "method" TEXT NULL,
    "basis" TEXT NULL,
    "penalty_basis" TEXT NULL,
    "default_grade" TEXT NOT NULL,
    "major_criterion" TEXT NULL,
    "advice" TEXT NULL,
    "mandatory" INTEGER NOT NULL,
    "outcome" TEXT NULL,
    "note" TEXT NULL,
    "recorded_by_name" TEXT NULL,
    "recorded_at" TEXT NULL,
    CONSTRAINT "fk_check_results_inspection_cases_case_id" FOREIGN KEY ("case_id") REFERENCES "inspection_cases" ("id") ON DELETE RESTRICT
);


CREATE TABLE "evidence_items" (
    "id" TEXT NOT NULL CONSTRAINT "pk_evidence_items" PRIMARY KEY,
    "case_id" TEXT NOT NULL,
    "inspection_no" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "content_type" TEXT NOT NULL,
    "size" INTEGER NOT NULL,
    "taken_at" TEXT NOT NULL,
    "taken_by_name" TEXT NOT NULL,
    "latitude" REAL NULL,
    "longitude" REAL NULL,
    "note" TEXT NULL,
    "recorded_at" TEXT NOT NULL,
    CONSTRAINT "fk_evidence_items_inspection_cases_case_id" FOREIGN KEY ("case_id") REFERENCES "inspection_cases" ("id") ON DELETE RESTRICT
);


CREATE TABLE "findings" (
    "id" TEXT NOT NULL CONSTRAINT "pk_findings" PRIMARY KEY,
    "case_id" TEXT NOT NULL,
    "inspection_no" TEXT NOT NULL,
    "inspectee_number" TEXT NOT NULL,
    "booklet_no" INTEGER NULL,
    "entry_code" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "place" TEXT NOT NULL,
    "basis" TEXT NOT NULL,
    "grade" TEXT NOT NULL,
    "major_criterion" TEXT NULL,
    "disposal_codes" TEXT NOT NULL,
    "requirement" TEXT NOT NULL,
    "due_on" TEXT NULL,
    "evidence_hashes" TEXT NOT NULL,
    "transfer_to" TEXT NULL,
    "found_by_name" TEXT NOT NULL,
    "found_at" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "closed_on" TEXT NULL,
    "revision" INTEGER NOT NULL,
    CONSTRAINT "fk_findings_inspection_cases_case_id" FOREIGN KEY ("case_id") REFERENCES "inspection_cases" ("id") ON DELETE RESTRICT
);


CREATE TABLE "lead_transfers" (
    "id" TEXT NOT NULL CONSTRAINT "pk_lead_transfers" PRIMARY KEY,
    "case_id" TEXT NOT NULL,
    "inspection_no" TEXT NOT NULL,
    "target_body" TEXT NOT NULL,
    "facts" TEXT NOT NULL,
    "materials" TEXT NOT NULL,
    "sent_on" TEXT NOT NULL,
    "approved_by_name" TEXT NOT NULL,
    "reply_due_on" TEXT NOT NULL,
    "received_on" TEXT NULL,
    "receiver" TEXT NULL,
    "reply" TEXT NULL,
    "revision" INTEGER NOT NULL,
    CONSTRAINT "fk_lead_transfers_inspection_cases_case_id" FOREIGN KEY ("case_id") REFERENCES "inspection_cases" ("id") ON DELETE RESTRICT
);


CREATE TABLE "penalty_cases" (
    "id" TEXT NOT NULL CONSTRAINT "pk_penalty_cases" PRIMARY KEY,
    "penalty_no" TEXT NOT NULL,
    "case_id" TEXT NOT NULL,
    "inspection_no" TEXT NOT NULL,
    "inspectee_number" TEXT NOT NULL,
    "procedure" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "cause" TEXT NOT NULL,
    "party_name" TEXT NOT NULL,
    "party_is_unit" INTEGER NOT NULL,
    "finding_ids" TEXT NOT NULL,
    "officer_numbers" TEXT NOT NULL,
    "officer_names" TEXT NOT NULL,
    "proposed_by_id" TEXT NOT NULL,
    "filed_on" TEXT NULL,
    "filed_by_name" TEXT NULL,
    "filing_opinion" TEXT NULL,
    "facts" TEXT NULL,
    "evidence_hashes" TEXT NOT NULL,
    "violated_clause" TEXT NULL,
    "investigated_on" TEXT NULL,
    "kind_codes" TEXT NOT NULL,
    "proposed_fen" INTEGER NOT NULL,
    "amount_fen" INTEGER NOT NULL,
    "confiscated_fen" INTEGER NOT NULL,
    "basis_key" TEXT NULL,
    "min_fen" INTEGER NOT NULL,
    "max_fen" INTEGER NOT NULL,
    "penalty_clause" TEXT NULL,
    "mitigation" TEXT NULL,
    "discretion" TEXT NULL,
    "complex" INTEGER NOT NULL,
    "hearing_eligible" INTEGER NOT NULL,
    "legal_opinion" TEXT NULL,
    "legal_text" TEXT NULL,
    "legal_by_name" TEXT NULL,
    "legal_by_id" TEXT NULL,
    "legal_on" TEXT NULL,
    "discussion_json" TEXT NULL,
    "discussed_on" TEXT NULL,
    "discussion_conclusion" TEXT NULL,
    "notice_on" TEXT NULL,
    "notice_how" TEXT NULL,
    "notice_to" TEXT NULL,
    "statement_until" TEXT NULL,
    "statement_waived" INTEGER NULL,
    "statement_text" TEXT NULL,
    "statement_review" TEXT NULL,
    "hearing_until" TEXT NULL,
    "hearing_requested" INTEGER NULL,
    "hearing_requested_on" TEXT NULL,
    "hearing_notified_on" TEXT NULL,
    "hearing_held_on" TEXT NULL,
    "hearing_presider" TEXT NULL,
    "hearing_report" TEXT NULL,
    "outcome" TEXT NULL,
    "decision_reason" TEXT NULL,
    "decided_on" TEXT NULL,
    "decided_by_id" TEXT NULL,
    "decided_by_name" TEXT NULL,
    "served_on" TEXT NULL,
    "announced_on" TEXT NULL,
    "served_how" TEXT NULL,
    "served_to" TEXT NULL,
    "served_place" TEXT NULL,
    "served_late_reason" TEXT NULL,
    "payment_due_on" TEXT NULL,
    "paid_fen" INTEGER NOT NULL,
    "surcharge_fen" INTEGER NOT NULL,
    "surcharge_note" TEXT NULL,
    "urged_on" TEXT NULL,
    "court_applied_on" TEXT NULL,
    "court" TEXT NULL,
    "court_result" TEXT NULL,
    "closing" TEXT NULL,
    "closing_note" TEXT NULL,
    "closed_on" TEXT NULL,
    "revision" INTEGER NOT NULL,
    CONSTRAINT "fk_penalty_cases_inspection_cases_case_id" FOREIGN KEY ("case_id") REFERENCES "inspection_cases" ("id") ON DELETE RESTRICT
);


CREATE TABLE "rectification_orders" (
    "id" TEXT NOT NULL CONSTRAINT "pk_rectification_orders" PRIMARY KEY,
    "case_id" TEXT NOT NULL,
    "inspection_no" TEXT NOT NULL,
    "inspectee_number" TEXT NOT NULL,
    "sequence" INTEGER NOT NULL,
    "status" TEXT NOT NULL,
    "issued_on" TEXT NOT NULL,
    "issued_by_name" TEXT NOT NULL,
    "due_on" TEXT NOT NULL,
    "reinspected_on" TEXT NULL,
    "revision" INTEGER NOT NULL,
    CONSTRAINT "fk_rectification_orders_inspection_cases_case_id" FOREIGN KEY ("case_id") REFERENCES "inspection_cases" ("id") ON DELETE RESTRICT
);


CREATE TABLE "visits" (
    "id" TEXT NOT NULL CONSTRAINT "pk_visits" PRIMARY KEY,
    "case_id" TEXT NOT NULL,
    "inspection_no" TEXT NOT NULL,
    "attempt" INTEGER NOT NULL,
    "on" TEXT NOT NULL,
    "at" TEXT NOT NULL,
    "place" TEXT NOT NULL,
    "latitude" REAL NULL,
    "longitude" REAL NULL,
    "officers_json" TEXT NOT NULL,
    "experts_json" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "notified" INTEGER NOT NULL,
    "note" TEXT NOT NULL,
    "evidence_hashes" TEXT NOT NULL,
    "recorded_by_name" TEXT NOT NULL,
    "recorded_at" TEXT NOT NULL,
    CONSTRAINT "fk_visits_inspection_cases_case_id" FOREIGN KEY ("case_id") REFERENCES "inspection_cases" ("id") ON DELETE RESTRICT
);


CREATE TABLE "major_hazards" (
    "id" TEXT NOT NULL CONSTRAINT "pk_major_hazards" PRIMARY KEY,
    "finding_id" TEXT NOT NULL,
    "finding_ids" TEXT NOT NULL,
    "case_id" TEXT NOT NULL,
    "inspection_no" TEXT NOT NULL,
    "inspectee_number" TEXT NOT NULL,
    "inspectee_name" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "criterion" TEXT NOT NULL,
    "responsible_unit" TEXT NOT NULL,
    "proposed_on" TEXT NOT NULL,
    "proposed_by_name" TEXT NOT NULL,
    "list_no" TEXT NULL,
    "listed_on" TEXT NULL,
    "listed_by_name" TEXT NULL,
    "supervising_unit" TEXT NULL,
    "due_on" TEXT NULL,
    "stoppage" TEXT NULL,
    "plan_due_on" TEXT NULL,
    "refusal_reason" TEXT NULL,
    "plan_responsibility" TEXT NULL,
    "plan_measures" TEXT NULL,
    "plan_funds" TEXT NULL,
    "plan_schedule" TEXT NULL,
    "plan_contingency" TEXT NULL,
    "plan_on" TEXT NULL,
    "completed_on" TEXT NULL,
    "completion_report" TEXT NULL,
    "extensions" INTEGER NOT NULL,
    "extension_asked_for" TEXT NULL,
    "extension_asked_on" TEXT NULL,
    "extension_reason" TEXT NULL,
    "extension_granted" INTEGER NULL,
    "extension_decided_on" TEXT NULL,
    "extension_decided_by_name" TEXT NULL,
    "extension_opinion" TEXT NULL,
    "exposed_on" TEXT NULL,
    "exposure" TEXT NULL,
    "accepted_on" TEXT NULL,
    "acceptance_opinion" TEXT NULL,
    "acceptance_members" TEXT NULL,
    "failed_acceptances" INTEGER NOT NULL,
    "delisted_on" TEXT NULL,
    "delisted_by_name" TEXT NULL,
    "delist_no" TEXT NULL,
    "resume_conditions" TEXT NULL,
    "revision" INTEGER NOT NULL,
    CONSTRAINT "fk_major_hazards_findings_finding_id" FOREIGN KEY ("finding_id") REFERENCES "findings" ("id") ON DELETE RESTRICT
);


CREATE TABLE "penalty_payments" (
    "id" TEXT NOT NULL CONSTRAINT "pk_penalty_payments" PRIMARY KEY,
    "penalty_id" TEXT NOT NULL,
    "amount_fen" INTEGER NOT NULL,
    "is_surcharge" INTEGER NOT NULL,
    "paid_on" TEXT NOT NULL,
    "receipt_no" TEXT NOT NULL,
    "recorded_by_name" TEXT NOT NULL,
    "recorded_at" TEXT NOT NULL,
    CONSTRAINT "fk_penalty_payments_penalty_cases_penalty_id" FOREIGN KEY ("penalty_id") REFERENCES "penalty_cases" ("id") ON DELETE RESTRICT
);


CREATE TABLE "rectification_extensions" (
    "id" TEXT NOT NULL CONSTRAINT "pk_rectification_extensions" PRIMARY KEY,
    "order_id" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "interim_measures" TEXT NOT NULL,
    "requested_on" TEXT NOT NULL,
    "proposed_due_on" TEXT NOT NULL,
    "recorded_by_id" TEXT NOT NULL,
    "granted" INTEGER NULL,
    "new_due_on" TEXT NULL,
    "opinion" TEXT NULL,
    "decided_by_name" TEXT NULL,
    "decided_at" TEXT NULL,
    CONSTRAINT "fk_rectification_extensions_rectification_orders_order_id" FOREIGN KEY ("order_id") REFERENCES "rectification_orders" ("id") ON DELETE RESTRICT
);


CREATE TABLE "rectification_lines" (
    "id" TEXT NOT NULL CONSTRAINT "pk_rectification_lines" PRIMARY KEY,
    "order_id" TEXT NOT NULL,
    "finding_id" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "requirement" TEXT NOT NULL,
    "first_due_on" TEXT NOT NULL,
    "due_on" TEXT NOT NULL,
    "passed" INTEGER NULL,
    "note" TEXT NULL,
    "evidence_hashes" TEXT NOT NULL,
    CONSTRAINT "fk_rectification_lines_findings_finding_id" FOREIGN KEY ("finding_id") REFERENCES "findings" ("id") ON DELETE RESTRICT,
    CONSTRAINT "fk_rectification_lines_rectification_orders_order_id" FOREIGN KEY ("order_id") REFERENCES "rectification_orders" ("id") ON DELETE RESTRICT
);


CREATE TABLE "rectification_progress" (
    "id" TEXT NOT NULL CONSTRAINT "pk_rectification_progress" PRIMARY KEY,
    "order_id" TEXT NOT NULL,
    "on" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "asks_reinspection" INTEGER NOT NULL,
    "recorded_by_name" TEXT NOT NULL,
    "recorded_at" TEXT NOT NULL,
    CONSTRAINT "fk_rectification_progress_rectification_orders_order_id" FOREIGN KEY ("order_id") REFERENCES "rectification_orders" ("id") ON DELETE RESTRICT
);


CREATE TABLE "reinspections" (
    "id" TEXT NOT NULL CONSTRAINT "pk_reinspections" PRIMARY KEY,
    "order_id" TEXT NOT NULL,
    "case_id" TEXT NOT NULL,
    "on" TEXT NOT NULL,
    "officers_json" TEXT NOT NULL,
    "passed_count" INTEGER NOT NULL,
    "failed_count" INTEGER NOT NULL,
    "opinion" TEXT NOT NULL,
    "recorded_by_id" TEXT NOT NULL,
    "recorded_by_name" TEXT NOT NULL,
    "recorded_at" TEXT NOT NULL,
    CONSTRAINT "fk_reinspections_rectification_orders_order_id" FOREIGN KEY ("order_id") REFERENCES "rectification_orders" ("id") ON DELETE RESTRICT
);


CREATE TABLE "exposure_proposals" (
    "id" TEXT NOT NULL CONSTRAINT "pk_exposure_proposals" PRIMARY KEY,
    "hazard_id" TEXT NOT NULL,
    "deadline_id" TEXT NOT NULL,
    "list_no" TEXT NOT NULL,
    "case_no" TEXT NOT NULL,
    "inspectee_name" TEXT NOT NULL,
    "facts" TEXT NOT NULL,
    "due_on" TEXT NOT NULL,
    "proposed_on" TEXT NOT NULL,
    "decision" TEXT NOT NULL,
    "opinion" TEXT NULL,
    "decided_by_name" TEXT NULL,
    "decided_on" TEXT NULL,
    "revision" INTEGER NOT NULL,
    CONSTRAINT "fk_exposure_proposals_major_hazards_hazard_id" FOREIGN KEY ("hazard_id") REFERENCES "major_hazards" ("id") ON DELETE RESTRICT
);


CREATE TABLE "hazard_progress" (
    "id" TEXT NOT NULL CONSTRAINT "pk_hazard_progress" PRIMARY KEY,
    "hazard_id" TEXT NOT NULL,
    "on" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "percent" INTEGER NOT NULL,
    "recorded_by_name" TEXT NOT NULL,
    "recorded_at" TEXT NOT NULL,
    CONSTRAINT "fk_hazard_progress_major_hazards_hazard_id" FOREIGN KEY ("hazard_id") REFERENCES "major_hazards" ("id") ON DELETE RESTRICT
);


CREATE UNIQUE INDEX "ix_accounts_user_name" ON "accounts" ("user_name");


CREATE INDEX "ix_alert_deliveries_message_key" ON "alert_deliveries" ("message_key") WHERE message_key IS NOT NULL;


CREATE INDEX "ix_alert_deliveries_recipient_id_way" ON "alert_deliveries" ("recipient_id", "way") WHERE problem IS NOT NULL;


CREATE INDEX "ix_alert_deliveries_recipient_id_way_created_at" ON "alert_deliveries" ("recipient_id", "way", "created_at") WHERE message_key IS NULL AND problem IS NULL;


CREATE UNIQUE INDEX "ix_alerts_deadline_id_round_rung_recipient_key" ON "alerts" ("deadline_id", "round", "rung", "recipient_key");


CREATE INDEX "ix_alerts_recipient_id_acknowledged_at" ON "alerts" ("recipient_id", "acknowledged_at");


CREATE INDEX "ix_alerts_recipient_number_acknowledged_at" ON "alerts" ("recipient_number", "acknowledged_at") WHERE recipient_number IS NOT NULL;


CREATE INDEX "ix_alerts_recipient_role_acknowledged_at" ON "alerts" ("recipient_role", "acknowledged_at") WHERE recipient_id IS NULL AND recipient_number IS NULL;


CREATE UNIQUE INDEX "ix_annual_plans_plan_no" ON "annual_plans" ("plan_no");


CREATE UNIQUE INDEX "ix_archive_volumes_case_id" ON "archive_volumes" ("case_id");


CREATE UNIQUE INDEX "ix_archive_volumes_inspectee_number_catalogue_no" ON "archive_volumes" ("inspectee_number", "catalogue_no");


CREATE INDEX "ix_assignment_seats_campaign_id_assignment_id" ON "assignment_seats" ("campaign_id", "assignment_id");


CREATE INDEX "ix_assignment_seats_person_number" ON "assignment_seats" ("person_number");


CREATE INDEX "ix_bookmarks_due_at" ON "bookmarks" ("due_at") WHERE due_at IS NOT NULL;


CREATE INDEX "ix_bookmarks_hash_correlation_id" ON "bookmarks" ("hash", "correlation_id") WHERE name = 'Elsa.Event';


CREATE INDEX "ix_calendar_days_year" ON "calendar_days" ("year");


CREATE INDEX "ix_calendar_feeds_token_sha256" ON "calendar_feeds" ("token_sha256");


CREATE UNIQUE INDEX "ix_campaign_extensions_campaign_id_sequence" ON "campaign_extensions" ("campaign_id", "sequence");


CREATE UNIQUE INDEX "ix_campaigns_campaign_no" ON "campaigns" ("campaign_no");


CREATE INDEX "ix_case_migrations_definition_id_at" ON "case_migrations" ("definition_id", "at");


CREATE INDEX "ix_case_migrations_instance_id" ON "case_migrations" ("instance_id");


CREATE INDEX "ix_case_starts_by_id_at" ON "case_starts" ("by_id", "at");


CREATE INDEX "ix_case_starts_case_no" ON "case_starts" ("case_no");


CREATE UNIQUE INDEX "ix_check_results_case_id_code" ON "check_results" ("case_id", "code");


CREATE UNIQUE INDEX "ix_co_launches_campaign_id_unit" ON "co_launches" ("campaign_id", "unit");


CREATE UNIQUE INDEX "ix_credit_entries_inspectee_number_kind_source_no" ON "credit_entries" ("inspectee_number", "kind", "source_no");


CREATE INDEX "ix_credit_repairs_entry_id" ON "credit_repairs" ("entry_id");


CREATE INDEX "ix_deadline_facts_deadline_id" ON "deadline_facts" ("deadline_id");


CREATE INDEX "ix_deadline_moves_deadline_id" ON "deadline_moves" ("deadline_id");


CREATE INDEX "ix_deadline_moves_moved_at" ON "deadline_moves" ("moved_at");


CREATE INDEX "ix_deadline_pauses_deadline_id" ON "deadline_pauses" ("deadline_id");


CREATE INDEX "ix_deadline_rules_key_profile_effective_from" ON "deadline_rules" ("key", "profile", "effective_from");


CREATE INDEX "ix_deadlines_case_no" ON "deadlines" ("case_no");


CREATE INDEX "ix_deadlines_next_check_on_id" ON "deadlines" ("next_check_on", "id") WHERE next_check_on IS NOT NULL;


CREATE INDEX "ix_deadlines_status_due_on" ON "deadlines" ("status", "due_on");


CREATE INDEX "ix_deadlines_subject_id_rule_key" ON "deadlines" ("subject_id", "rule_key");


CREATE INDEX "ix_definition_changes_definition_id_proposed_at" ON "definition_changes" ("definition_id", "proposed_at");


CREATE INDEX "ix_definition_changes_status_effective_on" ON "definition_changes" ("status", "effective_on");


CREATE INDEX "ix_definition_versions_definition_id_hash" ON "definition_versions" ("definition_id", "hash");


CREATE UNIQUE INDEX "ix_definition_versions_definition_id_version" ON "definition_versions" ("definition_id", "version");


CREATE INDEX "ix_discredit_proposals_inspectee_number_status" ON "discredit_proposals" ("inspectee_number", "status");


CREATE INDEX "ix_discredit_proposals_subject_id" ON "discredit_proposals" ("subject_id");


CREATE INDEX "ix_dispatches_created_at_parent_execution_id_index" ON "dispatches" ("created_at", "parent_execution_id", "index") WHERE started_at IS NULL;


CREATE UNIQUE INDEX "ix_dispatches_parent_execution_id_index" ON "dispatches" ("parent_execution_id", "index");


CREATE INDEX "ix_disputes_case_id" ON "disputes" ("case_id");


CREATE INDEX "ix_disputes_finding_id" ON "disputes" ("finding_id");


CREATE INDEX "ix_drawn_list_readings_campaign_no_at" ON "drawn_list_readings" ("campaign_no", "at");


CREATE UNIQUE INDEX "ix_draws_campaign_id_kind_round" ON "draws" ("campaign_id", "kind", "round");


CREATE UNIQUE INDEX "ix_draws_number" ON "draws" ("number");


CREATE UNIQUE INDEX "ix_evidence_items_case_id_sha256" ON "evidence_items" ("case_id", "sha256");


CREATE UNIQUE INDEX "ix_exposure_proposals_deadline_id" ON "exposure_proposals" ("deadline_id");


CREATE INDEX "ix_exposure_proposals_decision" ON "exposure_proposals" ("decision");


CREATE INDEX "ix_exposure_proposals_hazard_id" ON "exposure_proposals" ("hazard_id");


CREATE INDEX "ix_findings_case_id" ON "findings" ("case_id");


CREATE UNIQUE INDEX "ix_findings_inspectee_number_booklet_no" ON "findings" ("inspectee_number", "booklet_no");


CREATE INDEX "ix_findings_status_due_on" ON "findings" ("status", "due_on");


CREATE INDEX "ix_hazard_progress_hazard_id_on" ON "hazard_progress" ("hazard_id", "on");


CREATE INDEX "ix_import_jobs_status_requested_at" ON "import_jobs" ("status", "requested_at");


CREATE INDEX "ix_incidents_instance_id" ON "incidents" ("instance_id");


CREATE INDEX "ix_incidents_resolved_at" ON "incidents" ("resolved_at") WHERE resolved_at IS NULL;


CREATE INDEX "ix_inspectees_changed_at_number" ON "inspectees" ("changed_at" DESC, "number");


CREATE INDEX "ix_inspectees_credit_code" ON "inspectees" ("credit_code");


CREATE INDEX "ix_inspectees_credit_grade_number" ON "inspectees" ("credit_grade", "number");


CREATE INDEX "ix_inspectees_exclusion_code_number" ON "inspectees" ("exclusion_code", "number") WHERE exclusion_code IS NOT NULL;


CREATE INDEX "ix_inspectees_former_name_number" ON "inspectees" ("former_name", "number") WHERE former_name IS NOT NULL;


CREATE INDEX "ix_inspectees_kind_number" ON "inspectees" ("kind", "number");


CREATE INDEX "ix_inspectees_level_number" ON "inspectees" ("level", "number");


CREATE INDEX "ix_inspectees_licence_ends_number" ON "inspectees" ("licence_ends", "number") WHERE licence_ends IS NOT NULL;


CREATE INDEX "ix_inspectees_licence_kinds_number" ON "inspectees" ("licence_kinds", "number") WHERE licence_kinds IS NOT NULL;


CREATE INDEX "ix_inspectees_list_flags_number" ON "inspectees" ("list_flags", "number") WHERE list_flags IS NOT NULL;


CREATE INDEX "ix_inspectees_name_number" ON "inspectees" ("name", "number");


CREATE INDEX "ix_inspectees_other_code" ON "inspectees" ("other_code") WHERE other_code IS NOT NULL;


CREATE INDEX "ix_inspectees_owner_section_number" ON "inspectees" ("owner_section", "number");


CREATE INDEX "ix_inspectees_registration_status_number" ON "inspectees" ("registration_status", "number");


CREATE INDEX "ix_inspectees_risk_grade_number" ON "inspectees" ("risk_grade", "number");


CREATE INDEX "ix_inspectees_safety_sector_number" ON "inspectees" ("safety_sector", "number");


CREATE INDEX "ix_inspectees_tags_number" ON "inspectees" ("tags", "number") WHERE tags IS NOT NULL;


CREATE INDEX "ix_inspectees_town_number" ON "inspectees" ("town", "number");


CREATE UNIQUE INDEX "ix_inspection_assignments_campaign_id_inspectee_number" ON "inspection_assignments" ("campaign_id", "inspectee_number");


CREATE INDEX "ix_inspection_cases_campaign_id" ON "inspection_cases" ("campaign_id");


CREATE INDEX "ix_inspection_cases_campaign_no_inspection_no" ON "inspection_cases" ("campaign_no", "inspection_no");


CREATE INDEX "ix_inspection_cases_inspectee_number_planned_on" ON "inspection_cases" ("inspectee_number", "planned_on");


CREATE UNIQUE INDEX "ix_inspection_cases_inspection_no" ON "inspection_cases" ("inspection_no");


CREATE INDEX "ix_inspection_cases_status_checked_on" ON "inspection_cases" ("status", "checked_on");


CREATE UNIQUE INDEX "ix_ladder_proposals_status" ON "ladder_proposals" ("status") WHERE status = 'Proposed';


CREATE INDEX "ix_lead_transfers_case_id" ON "lead_transfers" ("case_id");


CREATE INDEX "ix_lead_transfers_reply_due_on" ON "lead_transfers" ("reply_due_on");


CREATE UNIQUE INDEX "ix_leader_appointments_campaign_id_person_number" ON "leader_appointments" ("campaign_id", "person_number");


CREATE INDEX "ix_leave_periods_person_number" ON "leave_periods" ("person_number");


CREATE INDEX "ix_major_hazards_case_id" ON "major_hazards" ("case_id");


CREATE INDEX "ix_major_hazards_finding_id" ON "major_hazards" ("finding_id");


CREATE INDEX "ix_major_hazards_inspectee_number" ON "major_hazards" ("inspectee_number");


CREATE INDEX "ix_major_hazards_status_due_on" ON "major_hazards" ("status", "due_on");


CREATE INDEX "ix_migration_proposals_definition_id_status" ON "migration_proposals" ("definition_id", "status");


CREATE INDEX "ix_migration_proposals_instance_id_status" ON "migration_proposals" ("instance_id", "status");


CREATE INDEX "ix_officer_comparisons_at" ON "officer_comparisons" ("at");


CREATE INDEX "ix_official_documents_case_no" ON "official_documents" ("case_no");


CREATE UNIQUE INDEX "ix_official_documents_code_word_year_sequence" ON "official_documents" ("code_word", "year", "sequence");


CREATE INDEX "ix_official_documents_subject_id_template" ON "official_documents" ("subject_id", "template");


CREATE UNIQUE INDEX "ix_outbox_messages_dedupe_key" ON "outbox_messages" ("dedupe_key");


CREATE INDEX "ix_outbox_messages_sent_at_next_attempt_at" ON "outbox_messages" ("sent_at", "next_attempt_at");


CREATE INDEX "ix_penalty_cases_case_id" ON "penalty_cases" ("case_id");


CREATE INDEX "ix_penalty_cases_inspectee_number" ON "penalty_cases" ("inspectee_number");


CREATE UNIQUE INDEX "ix_penalty_cases_penalty_no" ON "penalty_cases" ("penalty_no");


CREATE INDEX "ix_penalty_cases_status_payment_due_on" ON "penalty_cases" ("status", "payment_due_on");


CREATE UNIQUE INDEX "ix_penalty_payments_penalty_id_receipt_no" ON "penalty_payments" ("penalty_id", "receipt_no");


CREATE UNIQUE INDEX "ix_plan_exclusions_plan_no_line_no_inspectee_number" ON "plan_exclusions" ("plan_no", "line_no", "inspectee_number");


CREATE UNIQUE INDEX "ix_profile_changes_status" ON "profile_changes" ("status") WHERE status = 'Proposed';


CREATE INDEX "ix_publications_case_id" ON "publications" ("case_id");


CREATE INDEX "ix_publications_inspectee_number" ON "publications" ("inspectee_number");


CREATE INDEX "ix_publications_status_published_on" ON "publications" ("status", "published_on");


CREATE INDEX "ix_publications_subject_no_kind" ON "publications" ("subject_no", "kind");


CREATE INDEX "ix_rectification_extensions_order_id" ON "rectification_extensions" ("order_id");


CREATE INDEX "ix_rectification_lines_finding_id" ON "rectification_lines" ("finding_id");


CREATE UNIQUE INDEX "ix_rectification_lines_order_id_finding_id" ON "rectification_lines" ("order_id", "finding_id");


CREATE UNIQUE INDEX "ix_rectification_orders_case_id_sequence" ON "rectification_orders" ("case_id", "sequence");


CREATE INDEX "ix_rectification_orders_inspectee_number" ON "rectification_orders" ("inspectee_number");


CREATE INDEX "ix_rectification_orders_status_due_on" ON "rectification_orders" ("status", "due_on");


CREATE INDEX "ix_rectification_progress_order_id_on" ON "rectification_progress" ("order_id", "on");


CREATE INDEX "ix_register_changes_kind_at" ON "register_changes" ("kind", "at");


CREATE INDEX "ix_register_filings_at" ON "register_filings" ("at");


CREATE INDEX "ix_register_verifications_at" ON "register_verifications" ("at");


CREATE INDEX "ix_register_versions_change_id" ON "register_versions" ("change_id");


CREATE INDEX "ix_reinspections_case_id" ON "reinspections" ("case_id");


CREATE INDEX "ix_reinspections_order_id" ON "reinspections" ("order_id");


CREATE INDEX "ix_relations_person_number" ON "relations" ("person_number");


CREATE UNIQUE INDEX "ix_roster_requests_campaign_id_sequence" ON "roster_requests" ("campaign_id", "sequence");


CREATE UNIQUE INDEX "ix_saved_filters_owner_id_name" ON "saved_filters" ("owner_id", "name");


CREATE INDEX "ix_saved_filters_section" ON "saved_filters" ("section");


CREATE INDEX "ix_saved_views_kind_owner_id" ON "saved_views" ("kind", "owner_id");


CREATE INDEX "ix_seat_skips_campaign_id_assignment_id" ON "seat_skips" ("campaign_id", "assignment_id");


CREATE INDEX "ix_signals_created_at_id" ON "signals" ("created_at", "id") WHERE consumed_at IS NULL;


CREATE INDEX "ix_substitutions_principal_id_to" ON "substitutions" ("principal_id", "to");


CREATE INDEX "ix_substitutions_substitute_id_to" ON "substitutions" ("substitute_id", "to");


CREATE INDEX "ix_supervision_orders_deadline_id" ON "supervision_orders" ("deadline_id");


CREATE UNIQUE INDEX "ix_supervision_orders_order_no" ON "supervision_orders" ("order_no");


CREATE INDEX "ix_upper_tasks_item_code" ON "upper_tasks" ("item_code");


CREATE UNIQUE INDEX "ix_visits_case_id_attempt" ON "visits" ("case_id", "attempt");


CREATE UNIQUE INDEX "ix_work_item_acts_work_item_id_operation_id" ON "work_item_acts" ("work_item_id", "operation_id");


CREATE INDEX "ix_work_item_copies_person_id_at" ON "work_item_copies" ("person_id", "at");


CREATE UNIQUE INDEX "ix_work_item_copies_work_item_id_person_id" ON "work_item_copies" ("work_item_id", "person_id");


CREATE INDEX "ix_work_item_delegations_from_id_ended_at" ON "work_item_delegations" ("from_id", "ended_at");


CREATE INDEX "ix_work_item_delegations_work_item_id" ON "work_item_delegations" ("work_item_id");


CREATE INDEX "ix_work_item_seats_number_due_key_work_item_id" ON "work_item_seats" ("number", "due_key", "work_item_id");


CREATE INDEX "ix_work_item_signers_person_id_ended_at" ON "work_item_signers" ("person_id", "ended_at");


CREATE INDEX "ix_work_item_signers_work_item_id" ON "work_item_signers" ("work_item_id");


CREATE INDEX "ix_work_items_case_no" ON "work_items" ("case_no");


CREATE INDEX "ix_work_items_completed_by_id_completed_at" ON "work_items" ("completed_by_id", "completed_at") WHERE completed_by_id IS NOT NULL;


CREATE INDEX "ix_work_items_queue_due_key_id" ON "work_items" ("queue", "due_key", "id") WHERE queue IS NOT NULL;


CREATE INDEX "ix_work_items_root_instance_id" ON "work_items" ("root_instance_id") WHERE completed_by_id IS NOT NULL;


CREATE INDEX "ix_work_items_second_queue_due_key_id" ON "work_items" ("second_queue", "due_key", "id") WHERE second_queue IS NOT NULL;


CREATE INDEX "ix_workflow_instances_correlation_id" ON "workflow_instances" ("correlation_id");


CREATE INDEX "ix_workflow_instances_definition_id_status" ON "workflow_instances" ("definition_id", "status");


CREATE INDEX "ix_workflow_instances_parent_instance_id" ON "workflow_instances" ("parent_instance_id") WHERE parent_instance_id IS NOT NULL;


CREATE UNIQUE INDEX "ix_working_rules_status" ON "working_rules" ("status") WHERE status = 'Proposed';


CREATE UNIQUE INDEX "ix_working_rules_version" ON "working_rules" ("version");
