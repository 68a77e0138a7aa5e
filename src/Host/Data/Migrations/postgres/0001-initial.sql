CREATE TABLE accounts (
    id uuid NOT NULL,
    user_name character varying(60) NOT NULL,
    display_name character varying(60) NOT NULL,
    roles_json text NOT NULL,
    register_number character varying(20),
    section character varying(100),
    department character varying(100),
    mail character varying(200),
    mail_bounce character varying(300),
    phone character varying(20),
    password_hash text NOT NULL,
    security_stamp character varying(64) NOT NULL,
    failed_count integer NOT NULL,
    locked_until timestamp with time zone,
    is_disabled boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    revision integer NOT NULL,
    CONSTRAINT pk_accounts PRIMARY KEY (id)
);


CREATE TABLE alert_policies (
    id integer NOT NULL,
    quiet_from time without time zone NOT NULL,
    quiet_to time without time zone NOT NULL,
    is_quiet_on_days_off boolean NOT NULL,
    digest_above integer NOT NULL,
    ladder character varying(400),
    changed_by_name character varying(100),
    changed_at timestamp with time zone,
    revision integer NOT NULL,
    CONSTRAINT pk_alert_policies PRIMARY KEY (id)
);


CREATE TABLE alerts (
    id uuid NOT NULL,
    deadline_id uuid NOT NULL,
    case_no character varying(60) NOT NULL,
    chain character varying(120) NOT NULL,
    round integer NOT NULL,
    rung integer NOT NULL,
    recipient_key character varying(200) NOT NULL,
    recipient_id uuid,
    recipient_number character varying(40),
    recipient_role character varying(40),
    recipient_name character varying(100),
    recipient_section character varying(100),
    text character varying(600) NOT NULL,
    why_me character varying(200) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_on date NOT NULL,
    acknowledged_at timestamp with time zone,
    acknowledged_by_id uuid,
    acknowledged_by_name character varying(100),
    revision integer NOT NULL,
    CONSTRAINT pk_alerts PRIMARY KEY (id)
);


CREATE TABLE annual_plans (
    id uuid NOT NULL,
    plan_no character varying(60) NOT NULL,
    year integer NOT NULL,
    version integer NOT NULL,
    status character varying(40) NOT NULL,
    change_reason character varying(400),
    capacity_json text,
    explanation text,
    submitted_by_id uuid,
    submitted_by_name character varying(60),
    submitted_at timestamp with time zone,
    submitted_hash character varying(64),
    reviewed_by_name character varying(60),
    review_opinion text,
    reviewed_on date,
    approved_by_name character varying(60),
    approval_opinion text,
    approved_on date,
    government_by_name character varying(60),
    government_no character varying(100),
    government_on date,
    published_on date,
    return_reason text,
    created_by_id uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    revision integer NOT NULL,
    CONSTRAINT pk_annual_plans PRIMARY KEY (id)
);


CREATE TABLE assignment_seats (
    id uuid NOT NULL,
    assignment_id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    part character varying(40) NOT NULL,
    person_number character varying(32) NOT NULL,
    person_name character varying(60) NOT NULL,
    certificate_no character varying(24),
    certificate_valid_to date,
    ticket_position integer NOT NULL,
    seats_before integer NOT NULL,
    taken_at timestamp with time zone NOT NULL,
    replaces_id uuid,
    is_active boolean NOT NULL,
    ended_reason character varying(400),
    ended_by_name character varying(60),
    ended_at timestamp with time zone,
    CONSTRAINT pk_assignment_seats PRIMARY KEY (id)
);


CREATE TABLE audit_days (
    "on" date NOT NULL,
    chains bigint NOT NULL,
    entries bigint NOT NULL,
    head character varying(64) NOT NULL,
    made_at timestamp with time zone NOT NULL,
    CONSTRAINT pk_audit_days PRIMARY KEY ("on")
);


CREATE TABLE audit_entries (
    chain character varying(120) NOT NULL,
    sequence bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    by_id uuid NOT NULL,
    by_name character varying(100) NOT NULL,
    action character varying(100) NOT NULL,
    subject character varying(400) NOT NULL,
    data text,
    reason text,
    operation_id uuid NOT NULL,
    previous_hash character varying(64) NOT NULL,
    hash character varying(64) NOT NULL,
    CONSTRAINT pk_audit_entries PRIMARY KEY (chain, sequence)
);


CREATE TABLE bookmarks (
    id uuid NOT NULL,
    instance_id uuid NOT NULL,
    name character varying(200) NOT NULL,
    hash character varying(64) NOT NULL,
    payload text NOT NULL,
    activity_id text NOT NULL,
    node_id text NOT NULL,
    execution_id uuid NOT NULL,
    correlation_id character varying(200),
    created_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone,
    CONSTRAINT pk_bookmarks PRIMARY KEY (instance_id, id)
);


CREATE TABLE bursts (
    instance_id uuid NOT NULL,
    revision integer NOT NULL,
    at timestamp with time zone NOT NULL,
    by_name character varying(100) NOT NULL,
    is_notable boolean NOT NULL,
    content text NOT NULL,
    CONSTRAINT pk_bursts PRIMARY KEY (instance_id, revision)
);


CREATE TABLE calendar_days (
    "on" date NOT NULL,
    year integer NOT NULL,
    kind character varying(40) NOT NULL,
    name character varying(40) NOT NULL,
    CONSTRAINT pk_calendar_days PRIMARY KEY ("on")
);


CREATE TABLE calendar_exceptions (
    "on" date NOT NULL,
    kind character varying(40) NOT NULL,
    name character varying(40) NOT NULL,
    scope character varying(40) NOT NULL,
    document character varying(120) NOT NULL,
    added_by_name character varying(100) NOT NULL,
    added_at timestamp with time zone NOT NULL,
    revision integer NOT NULL,
    CONSTRAINT pk_calendar_exceptions PRIMARY KEY ("on")
);


CREATE TABLE calendar_years (
    year integer NOT NULL,
    status character varying(40) NOT NULL,
    version integer NOT NULL,
    loaded_at timestamp with time zone NOT NULL,
    loaded_by_name character varying(100) NOT NULL,
    revision integer NOT NULL,
    CONSTRAINT pk_calendar_years PRIMARY KEY (year)
);


CREATE TABLE campaign_extensions (
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    sequence integer NOT NULL,
    from_on date NOT NULL,
    to_on date NOT NULL,
    reason character varying(400) NOT NULL,
    asked_by_id uuid NOT NULL,
    asked_by_name character varying(60) NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    granted boolean,
    opinion character varying(400),
    decided_by_name character varying(60),
    decided_at timestamp with time zone,
    revision integer NOT NULL,
    CONSTRAINT pk_campaign_extensions PRIMARY KEY (id)
);


CREATE TABLE campaigns (
    id uuid NOT NULL,
    campaign_no character varying(16) NOT NULL,
    plan_no character varying(60) NOT NULL,
    plan_line_no integer NOT NULL,
    title character varying(200) NOT NULL,
    item_codes character varying(400) NOT NULL,
    item_versions character varying(1000),
    checklist_json text,
    period_from date NOT NULL,
    period_to date NOT NULL,
    sampling character varying(40) NOT NULL,
    base_count integer NOT NULL,
    base_on date NOT NULL,
    ratio character varying(40) NOT NULL,
    jurisdiction_total integer NOT NULL,
    sample_size integer NOT NULL,
    officers_per_group integer NOT NULL,
    experts_per_group integer NOT NULL,
    lead_unit character varying(100),
    team_profile character varying(20),
    speciality character varying(100),
    announcement character varying(40) NOT NULL,
    stratify_by character varying(40) NOT NULL,
    strata_weights character varying(400),
    scheme_json text,
    status character varying(40) NOT NULL,
    created_by_id uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    approved_by_id uuid,
    approved_by_name character varying(60),
    approved_at timestamp with time zone,
    return_reason character varying(400),
    locked_by_id uuid,
    locked_by_name character varying(60),
    locked_at timestamp with time zone,
    roster_hash character varying(64),
    countersigned_by_id uuid,
    countersigned_by_name character varying(60),
    countersigned_at timestamp with time zone,
    report_text text,
    report_by_id uuid,
    report_by_name character varying(60),
    report_on date,
    report_approved_by_name character varying(60),
    report_approved_on date,
    archived_on date,
    revision integer NOT NULL,
    CONSTRAINT pk_campaigns PRIMARY KEY (id)
);


CREATE TABLE case_migrations (
    id uuid NOT NULL,
    instance_id uuid NOT NULL,
    case_no character varying(200) NOT NULL,
    definition_id character varying(60) NOT NULL,
    from_version_id character varying(60) NOT NULL,
    from_version integer NOT NULL,
    to_version_id character varying(60) NOT NULL,
    to_version integer NOT NULL,
    at timestamp with time zone NOT NULL,
    by_id uuid NOT NULL,
    by_name character varying(100) NOT NULL,
    approved_by_id uuid NOT NULL,
    approved_by_name character varying(100) NOT NULL,
    reason character varying(1000) NOT NULL,
    memory_json text NOT NULL,
    revision_after integer NOT NULL,
    undone_at timestamp with time zone,
    undone_by_name character varying(100),
    undone_reason character varying(1000),
    CONSTRAINT pk_case_migrations PRIMARY KEY (id)
);


CREATE TABLE case_starts (
    id uuid NOT NULL,
    case_no character varying(60) NOT NULL,
    by_id uuid NOT NULL,
    by_name character varying(140) NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT pk_case_starts PRIMARY KEY (id)
);


CREATE TABLE checklist_entries (
    entry_code character varying(40) NOT NULL,
    template_code character varying(40) NOT NULL,
    template_name character varying(100) NOT NULL,
    template_version integer NOT NULL,
    effective_from date NOT NULL,
    item_code character varying(20) NOT NULL,
    sequence integer NOT NULL,
    "group" character varying(40),
    content character varying(400) NOT NULL,
    method character varying(200),
    basis character varying(200) NOT NULL,
    clause character varying(200) NOT NULL,
    verdicts character varying(100) NOT NULL,
    default_grade character varying(10),
    major_criterion character varying(400),
    advice character varying(100),
    penalty_basis character varying(400),
    discretion character varying(400),
    is_mandatory boolean NOT NULL,
    needs_evidence boolean NOT NULL,
    expert character varying(20),
    note character varying(400),
    change_id uuid,
    changed_at timestamp with time zone,
    CONSTRAINT pk_checklist_entries PRIMARY KEY (entry_code)
);


CREATE TABLE child_counts (
    execution_id uuid NOT NULL,
    waiting integer NOT NULL,
    any_cancelled boolean NOT NULL,
    CONSTRAINT pk_child_counts PRIMARY KEY (execution_id)
)
WITH (fillfactor=70);


CREATE TABLE co_launches (
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    unit character varying(100) NOT NULL,
    agreed boolean,
    signed_by_id uuid,
    signed_by_name character varying(120),
    signed_at timestamp with time zone,
    opinion character varying(400),
    revision integer NOT NULL,
    CONSTRAINT pk_co_launches PRIMARY KEY (id)
);


CREATE TABLE code_entries (
    table_name character varying(40) NOT NULL,
    code character varying(40) NOT NULL,
    name character varying(200) NOT NULL,
    parent_code character varying(40),
    source character varying(200),
    effective_from date,
    effective_to date,
    note character varying(400),
    change_id uuid,
    changed_at timestamp with time zone,
    CONSTRAINT pk_code_entries PRIMARY KEY (table_name, code)
);


CREATE TABLE credit_entries (
    id uuid NOT NULL,
    inspectee_number character varying(40) NOT NULL,
    kind character varying(40) NOT NULL,
    source_no character varying(60) NOT NULL,
    text text NOT NULL,
    "on" date NOT NULL,
    expires_on date,
    serious boolean NOT NULL,
    earliest_repair_on date,
    recorded_by_name text NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    CONSTRAINT pk_credit_entries PRIMARY KEY (id)
);


CREATE TABLE deadline_rules (
    id uuid NOT NULL,
    key character varying(60) NOT NULL,
    profile character varying(20) NOT NULL,
    effective_from date NOT NULL,
    name character varying(60) NOT NULL,
    anchor character varying(60) NOT NULL,
    amount integer,
    unit character varying(40) NOT NULL,
    direction character varying(40) NOT NULL,
    rollover boolean NOT NULL,
    is_window boolean NOT NULL,
    month_day character varying(5),
    citation character varying(200) NOT NULL,
    rungs character varying(400),
    extension_times integer,
    extension_amount integer NOT NULL,
    extension_unit character varying(40) NOT NULL,
    extension_by character varying(100),
    pauses character varying(200),
    status character varying(40) NOT NULL,
    proposed_by_id uuid NOT NULL,
    proposed_by_name character varying(100) NOT NULL,
    proposed_at timestamp with time zone NOT NULL,
    reason character varying(500) NOT NULL,
    decided_by_name character varying(100),
    decided_at timestamp with time zone,
    opinion character varying(500),
    revision integer NOT NULL,
    CONSTRAINT pk_deadline_rules PRIMARY KEY (id)
);


CREATE TABLE deadlines (
    id uuid NOT NULL,
    rule_key character varying(60) NOT NULL,
    profile character varying(20) NOT NULL,
    citation character varying(200) NOT NULL,
    case_no character varying(60) NOT NULL,
    chain character varying(120) NOT NULL,
    subject_kind character varying(40) NOT NULL,
    subject_id uuid NOT NULL,
    instance_id uuid,
    work_item_id uuid,
    title character varying(200) NOT NULL,
    anchor character varying(100) NOT NULL,
    anchor_on date NOT NULL,
    anchor_at timestamp with time zone,
    anchor_choice character varying(40) NOT NULL,
    amount integer,
    unit character varying(40) NOT NULL,
    direction character varying(40) NOT NULL,
    rollover boolean NOT NULL,
    is_window boolean NOT NULL,
    rungs character varying(400),
    explicit_due_on date,
    opened_on date NOT NULL,
    round integer NOT NULL,
    extensions integer NOT NULL,
    round_on date NOT NULL,
    rungs_taken text NOT NULL,
    stood_still text,
    due_on date NOT NULL,
    due_at timestamp with time zone,
    provisional boolean NOT NULL,
    calendar_version character varying(400) NOT NULL,
    explanation text NOT NULL,
    explanation_json text NOT NULL,
    owner_role character varying(40) NOT NULL,
    owner_id uuid,
    owner_name character varying(100),
    owner_numbers character varying(400),
    section character varying(100),
    status character varying(40) NOT NULL,
    met_on date,
    closed_reason character varying(400),
    paused_on date,
    next_check_on date,
    next_check_at timestamp with time zone,
    revision integer NOT NULL,
    CONSTRAINT pk_deadlines PRIMARY KEY (id)
);


CREATE TABLE definition_changes (
    id uuid NOT NULL,
    kind character varying(40) NOT NULL,
    definition_id character varying(60) NOT NULL,
    version_id character varying(60) NOT NULL,
    version integer NOT NULL,
    hash character varying(64) NOT NULL,
    reason character varying(1000) NOT NULL,
    effective_on date NOT NULL,
    status character varying(40) NOT NULL,
    proposed_by_id uuid NOT NULL,
    proposed_by_name text NOT NULL,
    proposed_at timestamp with time zone NOT NULL,
    decided_by_id uuid,
    decided_by_name text,
    decided_at timestamp with time zone,
    opinion character varying(1000),
    in_force_at timestamp with time zone,
    replaced_version_id character varying(60),
    revision integer NOT NULL,
    CONSTRAINT pk_definition_changes PRIMARY KEY (id)
);


CREATE TABLE definition_files (
    definition_id character varying(60) NOT NULL,
    file_hash character varying(64) NOT NULL,
    taken_in_at timestamp with time zone NOT NULL,
    CONSTRAINT pk_definition_files PRIMARY KEY (definition_id, file_hash)
);


CREATE TABLE definition_versions (
    id character varying(60) NOT NULL,
    definition_id character varying(60) NOT NULL,
    version integer NOT NULL,
    name character varying(200) NOT NULL,
    description text,
    json text NOT NULL,
    hash text NOT NULL,
    origin text NOT NULL,
    is_latest boolean NOT NULL,
    is_published boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by_name text NOT NULL,
    edited_by_id uuid,
    edited_by_name character varying(100),
    edited_at timestamp with time zone,
    published_at timestamp with time zone,
    CONSTRAINT pk_definition_versions PRIMARY KEY (id)
);


CREATE TABLE demands (
    number character varying(32) NOT NULL,
    unit character varying(100) NOT NULL,
    person character varying(60),
    raised_on date NOT NULL,
    item_code character varying(20) NOT NULL,
    item_name character varying(200),
    reason character varying(400) NOT NULL,
    wanted_count integer,
    period_from date,
    period_to date,
    is_urgent boolean NOT NULL,
    late_reason character varying(400),
    handling character varying(400),
    status character varying(20),
    plan_no character varying(60),
    line_no integer,
    raised_by_id uuid,
    decided_by_name character varying(60),
    decided_on date,
    change_id uuid,
    changed_at timestamp with time zone,
    CONSTRAINT pk_demands PRIMARY KEY (number)
);


CREATE TABLE demo_clock (
    id integer NOT NULL,
    office_at timestamp with time zone NOT NULL,
    machine_at timestamp with time zone NOT NULL,
    CONSTRAINT pk_demo_clock PRIMARY KEY (id)
);


CREATE TABLE discredit_proposals (
    id uuid NOT NULL,
    subject_id uuid NOT NULL,
    source_no character varying(60) NOT NULL,
    inspection_no character varying(40) NOT NULL,
    inspectee_number character varying(40) NOT NULL,
    inspectee_name character varying(200) NOT NULL,
    status character varying(40) NOT NULL,
    ground character varying(40),
    facts text NOT NULL,
    proposed_on date NOT NULL,
    proposed_by_id uuid NOT NULL,
    proposed_by_name text NOT NULL,
    notice_on date,
    notice_to text,
    statement_until date,
    statement_waived boolean,
    statement_text text,
    statement_review text,
    decided_on date,
    decided_by_name text,
    opinion text,
    listed_until date,
    removed_on date,
    revision integer NOT NULL,
    CONSTRAINT pk_discredit_proposals PRIMARY KEY (id)
);


CREATE TABLE dispatches (
    id uuid NOT NULL,
    parent_instance_id uuid NOT NULL,
    parent_execution_id uuid NOT NULL,
    index integer NOT NULL,
    child_instance_id uuid NOT NULL,
    root_instance_id uuid,
    definition_id character varying(60) NOT NULL,
    correlation_id character varying(200),
    input text,
    wait_for_completion boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    started_at timestamp with time zone,
    CONSTRAINT pk_dispatches PRIMARY KEY (id)
);


CREATE TABLE disputes (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    finding_id uuid,
    reason text NOT NULL,
    raised_by_number text,
    raised_by_name text NOT NULL,
    raised_at timestamp with time zone NOT NULL,
    outcome character varying(40),
    conclusion text,
    opinions_json text,
    settled_by_name text,
    settled_at timestamp with time zone,
    CONSTRAINT pk_disputes PRIMARY KEY (id)
);


CREATE TABLE draw_commitments (
    draw_id uuid NOT NULL,
    sequence integer NOT NULL,
    party character varying(20) NOT NULL,
    name character varying(100) NOT NULL,
    commitment character varying(64),
    nonce character varying(64),
    sealed_nonce character varying(600),
    person_id uuid,
    person_name character varying(60),
    committed_at timestamp with time zone,
    revealed_at timestamp with time zone,
    CONSTRAINT pk_draw_commitments PRIMARY KEY (draw_id, sequence)
);


CREATE TABLE draw_exclusions (
    draw_id uuid NOT NULL,
    candidate_id character varying(64) NOT NULL,
    reason character varying(60) NOT NULL,
    evidence character varying(400),
    CONSTRAINT pk_draw_exclusions PRIMARY KEY (draw_id, candidate_id)
);


CREATE TABLE drawn_list_readings (
    number character varying(40) NOT NULL,
    person_id uuid NOT NULL,
    "on" date NOT NULL,
    granted boolean NOT NULL,
    campaign_no character varying(40) NOT NULL,
    person_name character varying(100) NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT pk_drawn_list_readings PRIMARY KEY (number, person_id, "on", granted)
);


CREATE TABLE draws (
    id uuid NOT NULL,
    number character varying(16) NOT NULL,
    campaign_id uuid NOT NULL,
    campaign_no character varying(16) NOT NULL,
    kind character varying(10) NOT NULL,
    round integer NOT NULL,
    status character varying(40) NOT NULL,
    strata_json text NOT NULL,
    stratified_by character varying(60),
    list_note character varying(400),
    size integer NOT NULL,
    count integer NOT NULL,
    base_count integer NOT NULL,
    base_on date NOT NULL,
    ratio character varying(40) NOT NULL,
    beacon_source character varying(200) NOT NULL,
    beacon_on date NOT NULL,
    planned_at timestamp with time zone NOT NULL,
    candidates_file text NOT NULL,
    order_file text,
    order_hash character varying(64),
    reveals_file text,
    result_file text,
    beacon_text character varying(2000),
    beacon_entered_by_id uuid,
    beacon_entered_by_name character varying(60),
    beacon_confirmed_by_id uuid,
    beacon_confirmed_by_name character varying(60),
    ordered_by_id uuid NOT NULL,
    ordered_by_name character varying(60) NOT NULL,
    ordered_at timestamp with time zone NOT NULL,
    committed_at timestamp with time zone,
    drawn_at timestamp with time zone,
    voided_by_id uuid,
    void_reason character varying(400),
    voided_at timestamp with time zone,
    revision integer NOT NULL,
    CONSTRAINT pk_draws PRIMARY KEY (id)
);


CREATE TABLE enterprise_files (
    inspectee_number character varying(40) NOT NULL,
    inspectee_name character varying(200) NOT NULL,
    volumes integer NOT NULL,
    opened_on date NOT NULL,
    revision integer NOT NULL,
    CONSTRAINT pk_enterprise_files PRIMARY KEY (inspectee_number)
);


CREATE TABLE experts (
    number character varying(32) NOT NULL,
    name character varying(60) NOT NULL,
    gender character varying(4),
    employer character varying(100),
    specialities character varying(200) NOT NULL,
    title character varying(60),
    qualification character varying(100),
    appointed_from date NOT NULL,
    appointed_to date NOT NULL,
    status character varying(10) NOT NULL,
    phone character varying(20),
    fee character varying(40),
    assessment character varying(400),
    note character varying(400),
    change_id uuid,
    changed_at timestamp with time zone,
    CONSTRAINT pk_experts PRIMARY KEY (number)
);


CREATE TABLE import_jobs (
    id uuid NOT NULL,
    kind character varying(20) NOT NULL,
    file_name character varying(200) NOT NULL,
    file_sha256 character varying(64) NOT NULL,
    size bigint NOT NULL,
    status character varying(40) NOT NULL,
    is_confirmed boolean NOT NULL,
    by_id uuid NOT NULL,
    by_name character varying(60) NOT NULL,
    reason character varying(400),
    requested_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    attempts integer NOT NULL,
    report_json text,
    refusals_sha256 character varying(64),
    fault character varying(2000),
    CONSTRAINT pk_import_jobs PRIMARY KEY (id)
);


CREATE TABLE incidents (
    id uuid NOT NULL,
    instance_id uuid NOT NULL,
    activity_id text NOT NULL,
    activity_type text NOT NULL,
    node_id text NOT NULL,
    execution_id uuid NOT NULL,
    message text NOT NULL,
    detail text,
    at timestamp with time zone NOT NULL,
    resolved_at timestamp with time zone,
    resolved_by text,
    resolution text,
    CONSTRAINT pk_incidents PRIMARY KEY (id)
);


CREATE TABLE inspectees (
    number character varying(32) NOT NULL,
    kind character varying(20) NOT NULL,
    name character varying(200) NOT NULL,
    former_name character varying(800),
    credit_code character varying(18),
    credit_code_note character varying(200),
    other_code character varying(40),
    registration_number character varying(20),
    entity_type character varying(40) NOT NULL,
    company_type character varying(80),
    industry_code character varying(8),
    industry_name character varying(100),
    region_code character varying(6) NOT NULL,
    town_code character varying(9),
    town character varying(60),
    registered_address character varying(300) NOT NULL,
    site_address character varying(300),
    longitude character varying(16),
    latitude character varying(16),
    datum character varying(16),
    legal_representative character varying(60) NOT NULL,
    post character varying(60),
    phone character varying(20),
    safety_contact character varying(60),
    safety_contact_phone character varying(20),
    registration_authority character varying(100),
    registration_status character varying(20) NOT NULL,
    established_on date,
    capital_wan character varying(20),
    employees integer,
    size character varying(20),
    safety_sector character varying(60),
    licence_kinds character varying(800),
    licence_numbers character varying(800),
    licence_ends character varying(800),
    tags character varying(200),
    credit_grade character varying(2),
    credit_source character varying(100),
    credit_graded_on date,
    risk_grade character varying(10),
    list_flags character varying(200),
    complaints12_months integer,
    penalties24_months integer,
    open_hazards integer,
    visits_this_year integer,
    exclusion_code character varying(2),
    exclusion_reason character varying(200),
    exclusion_from date,
    exclusion_to date,
    owner_section character varying(100),
    level character varying(20),
    source character varying(60),
    updated_on date,
    change_id uuid,
    changed_at timestamp with time zone,
    CONSTRAINT pk_inspectees PRIMARY KEY (number)
);


CREATE TABLE inspection_assignments (
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    sequence integer NOT NULL,
    inspectee_number character varying(32) NOT NULL,
    inspectee_name character varying(200) NOT NULL,
    draw_position integer NOT NULL,
    planned_on date NOT NULL,
    status character varying(40) NOT NULL,
    replaces_id uuid,
    replaced_reason character varying(400),
    merged_into_id uuid,
    revision integer NOT NULL,
    CONSTRAINT pk_inspection_assignments PRIMARY KEY (id)
);


CREATE TABLE inspection_cases (
    id uuid NOT NULL,
    inspection_no character varying(40) NOT NULL,
    campaign_id uuid NOT NULL,
    campaign_no character varying(40) NOT NULL,
    inspectee_number character varying(40) NOT NULL,
    inspectee_name character varying(200) NOT NULL,
    credit_code character varying(18),
    address text,
    item_codes text NOT NULL,
    item_versions text,
    status character varying(40) NOT NULL,
    lead character varying(2000),
    leader_number character varying(40) NOT NULL,
    team_json text NOT NULL,
    planned_on date NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    approved_on date,
    approved_by_name text,
    cap_waiver_reason text,
    refusal_reason text,
    site_scope text,
    site_focus text,
    site_division text,
    site_plan_on date,
    file_read_by_name text,
    site_statement text,
    officer_confirmed_by_id uuid,
    officer_confirmed_by_name text,
    expert_confirmed_by_id uuid,
    expert_confirmed_by_name text,
    locked_at timestamp with time zone,
    checked_on date,
    no_entry_filing boolean NOT NULL,
    no_entry_transfer_to character varying(200),
    feedback_at timestamp with time zone,
    feedback_by_name text,
    feedback_signed boolean,
    feedback_receiver text,
    feedback_receiver_post text,
    feedback_statement text,
    feedback_advice text,
    feedback_refusal text,
    feedback_witness text,
    visit_ended_on date,
    result_codes character varying(40),
    follow_up text,
    result_entered_by_id uuid,
    result_entered_by_name text,
    result_entered_on date,
    archive_no character varying(60),
    archived_on date,
    file_index_json text,
    revision integer NOT NULL,
    CONSTRAINT pk_inspection_cases PRIMARY KEY (id)
);


CREATE TABLE inspection_items (
    code character varying(20) NOT NULL,
    version integer NOT NULL,
    effective_from date NOT NULL,
    effective_to date,
    category character varying(20) NOT NULL,
    name character varying(200) NOT NULL,
    sub_item character varying(200),
    legal_basis character varying(600) NOT NULL,
    clauses character varying(600) NOT NULL,
    basis_text character varying(2000),
    basis_link character varying(400),
    department character varying(100) NOT NULL,
    department_level character varying(20),
    objects character varying(400) NOT NULL,
    object_filter character varying(400),
    content character varying(600) NOT NULL,
    sampling character varying(10) NOT NULL,
    methods character varying(100) NOT NULL,
    ratio character varying(40) NOT NULL,
    frequency character varying(60) NOT NULL,
    yearly_cap integer,
    weight character varying(10),
    is_random boolean NOT NULL,
    exclusion_code character varying(2),
    speciality character varying(100),
    is_joint boolean NOT NULL,
    owner_section character varying(100),
    reviewed_by character varying(60),
    reviewed_on date,
    review_opinion character varying(400),
    published_on date,
    channel character varying(200),
    note character varying(400),
    change_id uuid,
    changed_at timestamp with time zone,
    CONSTRAINT pk_inspection_items PRIMARY KEY (code, version)
);


CREATE TABLE ladder_proposals (
    id uuid NOT NULL,
    ladder character varying(400),
    status character varying(40) NOT NULL,
    proposed_by_id uuid NOT NULL,
    proposed_by_name character varying(100) NOT NULL,
    proposed_at timestamp with time zone NOT NULL,
    reason character varying(500) NOT NULL,
    decided_by_name character varying(100),
    decided_at timestamp with time zone,
    opinion character varying(500),
    revision integer NOT NULL,
    CONSTRAINT pk_ladder_proposals PRIMARY KEY (id)
);


CREATE TABLE leader_appointments (
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    sequence integer NOT NULL,
    person_number character varying(32) NOT NULL,
    person_name character varying(60) NOT NULL,
    post character varying(60) NOT NULL,
    certificate_no character varying(24),
    is_waiver boolean NOT NULL,
    waives character varying(200),
    reason character varying(200) NOT NULL,
    by_id uuid NOT NULL,
    by_name character varying(60) NOT NULL,
    at timestamp with time zone NOT NULL,
    confirmed_by_id uuid,
    confirmed_by_name character varying(60),
    confirmed_at timestamp with time zone,
    revision integer NOT NULL,
    CONSTRAINT pk_leader_appointments PRIMARY KEY (id)
);


CREATE TABLE leave_periods (
    number character varying(32) NOT NULL,
    person_number character varying(32) NOT NULL,
    person_name character varying(60),
    kind character varying(20) NOT NULL,
    "from" date NOT NULL,
    "to" date NOT NULL,
    reason character varying(200),
    proof character varying(200),
    approver character varying(60),
    approved_on date,
    status character varying(10) NOT NULL,
    change_id uuid,
    changed_at timestamp with time zone,
    CONSTRAINT pk_leave_periods PRIMARY KEY (number)
);


CREATE TABLE migration_proposals (
    id uuid NOT NULL,
    instance_id uuid NOT NULL,
    case_no character varying(200) NOT NULL,
    definition_id character varying(60) NOT NULL,
    from_version_id character varying(60) NOT NULL,
    from_version integer NOT NULL,
    to_version_id character varying(60) NOT NULL,
    to_version integer NOT NULL,
    choices_json text NOT NULL,
    reason character varying(1000) NOT NULL,
    status character varying(40) NOT NULL,
    proposed_by_id uuid NOT NULL,
    proposed_by_name character varying(100) NOT NULL,
    proposed_at timestamp with time zone NOT NULL,
    decided_by_id uuid,
    decided_by_name character varying(100),
    decided_at timestamp with time zone,
    opinion character varying(1000),
    revision integer NOT NULL,
    CONSTRAINT pk_migration_proposals PRIMARY KEY (id)
);


CREATE TABLE number_series (
    code_word character varying(60) NOT NULL,
    year integer NOT NULL,
    last integer NOT NULL,
    CONSTRAINT pk_number_series PRIMARY KEY (code_word, year)
);


CREATE TABLE office_profiles (
    key character varying(16) NOT NULL,
    name character varying(100) NOT NULL,
    short_name character varying(40),
    region_code character varying(6) NOT NULL,
    region_name character varying(60) NOT NULL,
    profile character varying(20),
    json text NOT NULL,
    CONSTRAINT pk_office_profiles PRIMARY KEY (key)
);


CREATE TABLE officer_comparisons (
    id uuid NOT NULL,
    list character varying(40) NOT NULL,
    list_on date NOT NULL,
    at timestamp with time zone NOT NULL,
    by_name character varying(60) NOT NULL,
    file_name character varying(200),
    ours integer NOT NULL,
    theirs integer NOT NULL,
    wanted integer NOT NULL,
    covered integer NOT NULL,
    same integer NOT NULL,
    differing integer NOT NULL,
    differences_json text NOT NULL,
    unknown_json text NOT NULL,
    CONSTRAINT pk_officer_comparisons PRIMARY KEY (id)
);


CREATE TABLE officers (
    number character varying(32) NOT NULL,
    name character varying(60) NOT NULL,
    gender character varying(4),
    born_in character varying(7),
    id_number character varying(160),
    department character varying(100) NOT NULL,
    section character varying(100),
    post character varying(60),
    rank character varying(60),
    staff_kind character varying(40) NOT NULL,
    may_lead boolean NOT NULL,
    certificate_no character varying(24),
    certificate_issuer character varying(100),
    certificate_issued_on date,
    certificate_valid_to date,
    certificate_status character varying(10) NOT NULL,
    second_certificate_no character varying(40),
    second_certificate_valid_to date,
    scope character varying(400),
    speciality character varying(100),
    education character varying(40),
    title character varying(60),
    post_qualifications character varying(200),
    training_days character varying(600),
    training_subjects character varying(600),
    training_marks character varying(600),
    phone character varying(20),
    status character varying(20),
    last_year_partners character varying(200),
    takes_part character varying(4),
    out_reason character varying(200),
    note character varying(400),
    change_id uuid,
    changed_at timestamp with time zone,
    CONSTRAINT pk_officers PRIMARY KEY (number)
);


CREATE TABLE official_documents (
    id uuid NOT NULL,
    template character varying(10) NOT NULL,
    template_version integer NOT NULL,
    title character varying(100) NOT NULL,
    number character varying(80),
    code_word character varying(60),
    year integer NOT NULL,
    sequence integer,
    subject_id uuid NOT NULL,
    case_no character varying(60) NOT NULL,
    chain character varying(100) NOT NULL,
    html text NOT NULL,
    data_json text NOT NULL,
    sha256 character varying(64) NOT NULL,
    status character varying(40) NOT NULL,
    issued_by_id uuid NOT NULL,
    issued_by_name character varying(100) NOT NULL,
    signed_by_name character varying(100) NOT NULL,
    signed_at timestamp with time zone NOT NULL,
    signed_on date NOT NULL,
    served_on date,
    served_how character varying(40),
    receiver character varying(100),
    served_place character varying(400),
    service_note character varying(400),
    served_by_name character varying(100),
    voided_at timestamp with time zone,
    voided_by_name character varying(100),
    void_reason character varying(400),
    revision integer NOT NULL,
    CONSTRAINT pk_official_documents PRIMARY KEY (id)
);


CREATE TABLE outbox_messages (
    id uuid NOT NULL,
    kind character varying(40) NOT NULL,
    dedupe_key character varying(200) NOT NULL,
    payload text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    next_attempt_at timestamp with time zone NOT NULL,
    attempts integer NOT NULL,
    sent_at timestamp with time zone,
    failed_at timestamp with time zone,
    last_error text,
    CONSTRAINT pk_outbox_messages PRIMARY KEY (id)
);


CREATE TABLE plan_exclusions (
    id uuid NOT NULL,
    plan_no character varying(60) NOT NULL,
    line_no integer NOT NULL,
    inspectee_number character varying(32) NOT NULL,
    inspectee_name character varying(200) NOT NULL,
    code character varying(2) NOT NULL,
    reason character varying(400) NOT NULL,
    document character varying(200),
    by_id uuid,
    by_name character varying(60) NOT NULL,
    at timestamp with time zone NOT NULL,
    is_late boolean NOT NULL,
    confirmed_by_name character varying(60),
    confirmed_at timestamp with time zone,
    CONSTRAINT pk_plan_exclusions PRIMARY KEY (id)
);


CREATE TABLE plan_lines (
    plan_no character varying(60) NOT NULL,
    line_no integer NOT NULL,
    year integer NOT NULL,
    item_code character varying(20) NOT NULL,
    item_name character varying(200) NOT NULL,
    basis character varying(600),
    kind character varying(20),
    lead_unit character varying(100) NOT NULL,
    participants character varying(200),
    section character varying(100),
    sampling character varying(10) NOT NULL,
    method character varying(100),
    base_count integer NOT NULL,
    base_date date NOT NULL,
    pool_count integer,
    ratio character varying(40) NOT NULL,
    ratio_base character varying(40) NOT NULL,
    sample_size integer NOT NULL,
    full_check_reason character varying(200),
    full_check_code character varying(2),
    content character varying(600),
    frequency character varying(60),
    yearly_cap integer,
    period_from date NOT NULL,
    period_to date NOT NULL,
    officers_per_group integer NOT NULL,
    experts_per_group integer NOT NULL,
    is_joint boolean NOT NULL,
    speciality character varying(100),
    note character varying(400),
    ratio_reason character varying(400),
    merged_items character varying(200),
    strata character varying(10),
    strata_weights character varying(400),
    budget integer,
    change_id uuid,
    changed_at timestamp with time zone,
    CONSTRAINT pk_plan_lines PRIMARY KEY (plan_no, line_no)
);


CREATE TABLE plan_rules (
    id uuid NOT NULL,
    effective_from date NOT NULL,
    undirected_floor character varying(40) NOT NULL,
    directed_floor character varying(40) NOT NULL,
    visits_per_inspectee integer,
    merge_within_days integer NOT NULL,
    visits_per_day integer NOT NULL,
    many_complaints integer NOT NULL,
    credit_caps character varying(40),
    register_fresh_days integer,
    basis character varying(400) NOT NULL,
    set_by_id uuid NOT NULL,
    set_by_name character varying(60) NOT NULL,
    set_at timestamp with time zone NOT NULL,
    CONSTRAINT pk_plan_rules PRIMARY KEY (id)
);


CREATE TABLE plan_versions (
    plan_id uuid NOT NULL,
    version integer NOT NULL,
    lines_json text NOT NULL,
    lines_hash character varying(64) NOT NULL,
    difference_json text NOT NULL,
    reason character varying(400),
    fixed_by_name character varying(60) NOT NULL,
    fixed_at timestamp with time zone NOT NULL,
    government_by_name character varying(60),
    government_no character varying(100),
    government_on date,
    published_on date,
    CONSTRAINT pk_plan_versions PRIMARY KEY (plan_id, version)
);


CREATE TABLE profile_changes (
    id uuid NOT NULL,
    before character varying(20) NOT NULL,
    profile character varying(20) NOT NULL,
    effective_from date NOT NULL,
    running character varying(40) NOT NULL,
    document character varying(200) NOT NULL,
    applied_at timestamp with time zone,
    moved integer NOT NULL,
    status character varying(40) NOT NULL,
    proposed_by_id uuid NOT NULL,
    proposed_by_name character varying(100) NOT NULL,
    proposed_at timestamp with time zone NOT NULL,
    reason character varying(500) NOT NULL,
    decided_by_name character varying(100),
    decided_at timestamp with time zone,
    opinion character varying(500),
    revision integer NOT NULL,
    CONSTRAINT pk_profile_changes PRIMARY KEY (id)
);


CREATE TABLE publications (
    id uuid NOT NULL,
    kind character varying(40) NOT NULL,
    status character varying(40) NOT NULL,
    title character varying(200) NOT NULL,
    case_id uuid,
    subject_no character varying(60) NOT NULL,
    subject_id uuid,
    inspectee_number character varying(40),
    content_json text NOT NULL,
    masked_json text NOT NULL,
    person_names text NOT NULL,
    due_on date,
    expires_on date,
    author_id uuid NOT NULL,
    author_name text NOT NULL,
    drafted_at timestamp with time zone NOT NULL,
    revised_by_id uuid,
    revised_by_name text,
    reviewer_name text,
    reviewer_id uuid,
    review_opinion text,
    reviewed_at timestamp with time zone,
    publisher_name text,
    published_at timestamp with time zone,
    published_on date,
    channel character varying(200),
    withdrawal_ground character varying(40),
    withdrawal_ground_on date,
    withdrawal_document character varying(200),
    withdrawal_proposed_by_id uuid,
    withdrawal_proposed_by_name character varying(100),
    withdrawals_proposed integer NOT NULL,
    withdrawn_at timestamp with time zone,
    withdrawn_by_name text,
    withdrawal_reason text,
    revision integer NOT NULL,
    CONSTRAINT pk_publications PRIMARY KEY (id)
);


CREATE TABLE register_changes (
    id uuid NOT NULL,
    kind character varying(20) NOT NULL,
    at timestamp with time zone NOT NULL,
    by_id uuid NOT NULL,
    by_name character varying(60) NOT NULL,
    act character varying(20) NOT NULL,
    reason character varying(400),
    file_name character varying(200),
    file_sha256 character varying(64),
    added integer NOT NULL,
    updated integer NOT NULL,
    filing_id uuid,
    CONSTRAINT pk_register_changes PRIMARY KEY (id)
);


CREATE TABLE register_filings (
    id uuid NOT NULL,
    kind character varying(20) NOT NULL,
    at timestamp with time zone NOT NULL,
    by_name character varying(60) NOT NULL,
    body character varying(100) NOT NULL,
    number character varying(60),
    changes integer NOT NULL,
    entries integer NOT NULL,
    file_sha256 character varying(64) NOT NULL,
    CONSTRAINT pk_register_filings PRIMARY KEY (id)
);


CREATE TABLE register_verifications (
    mark character varying(64) NOT NULL,
    inspectee_number character varying(32) NOT NULL,
    inspectee_name character varying(200) NOT NULL,
    is_consistent boolean NOT NULL,
    note character varying(200),
    by_id uuid NOT NULL,
    by_name character varying(60) NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT pk_register_verifications PRIMARY KEY (mark, inspectee_number)
);


CREATE TABLE register_versions (
    kind character varying(20) NOT NULL,
    key character varying(100) NOT NULL,
    change_id uuid NOT NULL,
    made_by uuid,
    from_at timestamp with time zone,
    to_at timestamp with time zone NOT NULL,
    data text NOT NULL,
    CONSTRAINT pk_register_versions PRIMARY KEY (kind, key, change_id)
);


CREATE TABLE relations (
    number character varying(32) NOT NULL,
    person_kind character varying(20) NOT NULL,
    person_number character varying(32) NOT NULL,
    person_name character varying(60),
    inspectee_number character varying(32) NOT NULL,
    inspectee_name character varying(200),
    kind character varying(20) NOT NULL,
    detail character varying(400),
    "from" date NOT NULL,
    "to" date,
    source character varying(60),
    registered_on date,
    change_id uuid,
    changed_at timestamp with time zone,
    CONSTRAINT pk_relations PRIMARY KEY (number)
);


CREATE TABLE roster_requests (
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    sequence integer NOT NULL,
    kind character varying(40) NOT NULL,
    person_number character varying(32),
    inspectee_number character varying(32),
    from_on date,
    to_on date,
    reason character varying(400) NOT NULL,
    proof character varying(400),
    filed_by_id uuid NOT NULL,
    filed_by_name character varying(60) NOT NULL,
    filed_at timestamp with time zone NOT NULL,
    granted boolean,
    opinion character varying(400),
    decided_by_id uuid,
    decided_by_name character varying(60),
    decided_at timestamp with time zone,
    awaits_round boolean NOT NULL,
    effect character varying(400),
    revision integer NOT NULL,
    CONSTRAINT pk_roster_requests PRIMARY KEY (id)
);


CREATE TABLE saved_filters (
    id uuid NOT NULL,
    owner_id uuid NOT NULL,
    owner_name character varying(60) NOT NULL,
    section character varying(100),
    name character varying(30) NOT NULL,
    query character varying(600) NOT NULL,
    is_shared boolean NOT NULL,
    CONSTRAINT pk_saved_filters PRIMARY KEY (id)
);


CREATE TABLE saved_views (
    id uuid NOT NULL,
    kind character varying(20) NOT NULL,
    owner_id uuid NOT NULL,
    owner_name character varying(60) NOT NULL,
    name character varying(40) NOT NULL,
    query character varying(800) NOT NULL,
    is_shared boolean NOT NULL,
    CONSTRAINT pk_saved_views PRIMARY KEY (id)
);


CREATE TABLE seat_skips (
    id uuid NOT NULL,
    assignment_id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    sequence integer NOT NULL,
    part character varying(40) NOT NULL,
    person_number character varying(32) NOT NULL,
    person_name character varying(60) NOT NULL,
    "on" date NOT NULL,
    reason character varying(200) NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT pk_seat_skips PRIMARY KEY (id)
);


CREATE TABLE signals (
    id uuid NOT NULL,
    kind character varying(20) NOT NULL,
    instance_id uuid,
    execution_id uuid,
    child_instance_id uuid,
    index integer NOT NULL,
    event_name character varying(200),
    correlation_id character varying(200),
    payload text,
    created_at timestamp with time zone NOT NULL,
    consumed_at timestamp with time zone,
    CONSTRAINT pk_signals PRIMARY KEY (id)
);


CREATE TABLE substitutions (
    id uuid NOT NULL,
    principal_id uuid NOT NULL,
    principal_name character varying(60) NOT NULL,
    substitute_id uuid NOT NULL,
    substitute_name character varying(60) NOT NULL,
    "from" date NOT NULL,
    "to" date NOT NULL,
    role character varying(40),
    kind character varying(40),
    reason character varying(1000) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by_name character varying(60) NOT NULL,
    ended_on date,
    ended_by_name character varying(60),
    revision integer NOT NULL,
    CONSTRAINT pk_substitutions PRIMARY KEY (id)
);


CREATE TABLE timer_triggers (
    version_id character varying(60) NOT NULL,
    node_id character varying(400) NOT NULL,
    due_at timestamp with time zone,
    CONSTRAINT pk_timer_triggers PRIMARY KEY (version_id, node_id)
);


CREATE TABLE upper_tasks (
    number character varying(60) NOT NULL,
    issuer character varying(100) NOT NULL,
    document character varying(200) NOT NULL,
    issued_on date NOT NULL,
    item_code character varying(20) NOT NULL,
    item_name character varying(200),
    scope character varying(400),
    period_from date NOT NULL,
    period_to date NOT NULL,
    wanted_count integer,
    drawn character varying(8000),
    note character varying(400),
    answer character varying(20),
    plan_no character varying(60),
    line_no integer,
    answer_reason character varying(400),
    answered_by_name character varying(60),
    answered_on date,
    change_id uuid,
    changed_at timestamp with time zone,
    CONSTRAINT pk_upper_tasks PRIMARY KEY (number)
);


CREATE TABLE used_commitments (
    commitment character varying(64) NOT NULL,
    campaign_id uuid NOT NULL,
    party character varying(20) NOT NULL,
    committed_at timestamp with time zone NOT NULL,
    CONSTRAINT pk_used_commitments PRIMARY KEY (commitment)
);


CREATE TABLE work_item_acts (
    id uuid NOT NULL,
    work_item_id uuid NOT NULL,
    operation_id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    by_id uuid NOT NULL,
    by_name character varying(140) NOT NULL,
    verb character varying(20) NOT NULL,
    to_id uuid,
    to_name character varying(400),
    opinion character varying(1000),
    clock_note character varying(200) NOT NULL,
    CONSTRAINT pk_work_item_acts PRIMARY KEY (id)
);


CREATE TABLE work_item_copies (
    id uuid NOT NULL,
    work_item_id uuid NOT NULL,
    person_id uuid NOT NULL,
    person_name character varying(60) NOT NULL,
    by_name character varying(140) NOT NULL,
    note character varying(1000),
    at timestamp with time zone NOT NULL,
    read_at timestamp with time zone,
    CONSTRAINT pk_work_item_copies PRIMARY KEY (id)
);


CREATE TABLE work_item_delegations (
    id uuid NOT NULL,
    work_item_id uuid NOT NULL,
    level integer NOT NULL,
    from_id uuid NOT NULL,
    from_name character varying(140) NOT NULL,
    to_id uuid NOT NULL,
    to_name character varying(140) NOT NULL,
    question character varying(1000) NOT NULL,
    at timestamp with time zone NOT NULL,
    answer character varying(1000),
    ended_at timestamp with time zone,
    CONSTRAINT pk_work_item_delegations PRIMARY KEY (id)
);


CREATE TABLE work_item_seats (
    work_item_id uuid NOT NULL,
    number character varying(40) NOT NULL,
    due_key date NOT NULL,
    CONSTRAINT pk_work_item_seats PRIMARY KEY (work_item_id, number)
);


CREATE TABLE work_item_signers (
    id uuid NOT NULL,
    work_item_id uuid NOT NULL,
    person_id uuid NOT NULL,
    person_name character varying(60) NOT NULL,
    added_by_id uuid NOT NULL,
    added_by_name character varying(140) NOT NULL,
    added_at timestamp with time zone NOT NULL,
    question character varying(1000) NOT NULL,
    agrees boolean,
    opinion character varying(1000),
    ended_at timestamp with time zone,
    is_removed boolean NOT NULL,
    CONSTRAINT pk_work_item_signers PRIMARY KEY (id)
);


CREATE TABLE work_items (
    id uuid NOT NULL,
    bookmark_id uuid NOT NULL,
    instance_id uuid NOT NULL,
    root_instance_id uuid NOT NULL,
    case_no character varying(60) NOT NULL,
    subject_id uuid,
    subject_name text,
    node_id text NOT NULL,
    activity_id text NOT NULL,
    title character varying(200) NOT NULL,
    form_key character varying(60) NOT NULL,
    outcomes_json text NOT NULL,
    role character varying(40) NOT NULL,
    assignees character varying(400),
    data_json text NOT NULL,
    status character varying(40) NOT NULL,
    claimed_by_id uuid,
    claimed_by_name character varying(140),
    delegated_by_id uuid,
    delegated_by_name character varying(140),
    sign_rule character varying(40) NOT NULL,
    sign_share integer NOT NULL,
    suspended_at timestamp with time zone,
    suspended_by_name character varying(140),
    suspend_reason character varying(1000),
    clock_stopped boolean NOT NULL,
    urged_count integer NOT NULL,
    urged_at timestamp with time zone,
    back_note character varying(1200),
    back_from_id uuid,
    created_at timestamp with time zone NOT NULL,
    created_on date NOT NULL,
    due_on date,
    due_key date NOT NULL,
    queue character varying(60),
    second_queue character varying(60),
    deadline_id uuid,
    completed_at timestamp with time zone,
    completed_by_id uuid,
    completed_by_name text,
    outcome text,
    values_json text,
    void_reason text,
    operation_id uuid,
    revision integer NOT NULL,
    CONSTRAINT pk_work_items PRIMARY KEY (id)
);


CREATE TABLE workflow_instances (
    id uuid NOT NULL,
    definition_id character varying(60) NOT NULL,
    definition_version_id character varying(60) NOT NULL,
    version integer NOT NULL,
    correlation_id character varying(200),
    name character varying(200),
    root_instance_id uuid NOT NULL,
    parent_instance_id uuid,
    parent_execution_id uuid,
    parent_index integer NOT NULL,
    pins text,
    status character varying(40) NOT NULL,
    sub_status character varying(40) NOT NULL,
    state text NOT NULL,
    incident_count integer NOT NULL,
    revision integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    CONSTRAINT pk_workflow_instances PRIMARY KEY (id)
)
WITH (fillfactor=70);


CREATE TABLE working_rules (
    id uuid NOT NULL,
    version integer NOT NULL,
    title character varying(100) NOT NULL,
    document_no character varying(60) NOT NULL,
    adopted_on date NOT NULL,
    effective_from date NOT NULL,
    texts_json text NOT NULL,
    status character varying(40) NOT NULL,
    proposed_by_id uuid NOT NULL,
    proposed_by_name character varying(100) NOT NULL,
    proposed_at timestamp with time zone NOT NULL,
    reason character varying(500) NOT NULL,
    decided_by_name character varying(100),
    decided_at timestamp with time zone,
    opinion character varying(500),
    revision integer NOT NULL,
    CONSTRAINT pk_working_rules PRIMARY KEY (id)
);


CREATE TABLE calendar_feeds (
    account_id uuid NOT NULL,
    token_sha256 character varying(64) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    revision integer NOT NULL,
    CONSTRAINT pk_calendar_feeds PRIMARY KEY (account_id),
    CONSTRAINT fk_calendar_feeds_accounts_account_id FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE RESTRICT
);


CREATE TABLE alert_deliveries (
    alert_id uuid NOT NULL,
    way character varying(20) NOT NULL,
    recipient_id uuid NOT NULL,
    recipient_name character varying(100) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    message_key character varying(200),
    is_digest boolean NOT NULL,
    problem character varying(100),
    revision integer NOT NULL,
    CONSTRAINT pk_alert_deliveries PRIMARY KEY (alert_id, recipient_id, way),
    CONSTRAINT fk_alert_deliveries_alerts_alert_id FOREIGN KEY (alert_id) REFERENCES alerts (id) ON DELETE RESTRICT
);


CREATE TABLE credit_repairs (
    id uuid NOT NULL,
    entry_id uuid NOT NULL,
    inspectee_number character varying(40) NOT NULL,
    asked_on date NOT NULL,
    commitment text NOT NULL,
    proof text NOT NULL,
    recorded_by_id uuid NOT NULL,
    recorded_by_name text NOT NULL,
    granted boolean,
    decided_on date,
    decided_by_name text,
    opinion text,
    revision integer NOT NULL,
    CONSTRAINT pk_credit_repairs PRIMARY KEY (id),
    CONSTRAINT fk_credit_repairs_credit_entries_entry_id FOREIGN KEY (entry_id) REFERENCES credit_entries (id) ON DELETE RESTRICT
);


CREATE TABLE deadline_facts (
    id uuid NOT NULL,
    deadline_id uuid NOT NULL,
    event character varying(100) NOT NULL,
    "on" date NOT NULL,
    document character varying(200),
    evidence_sha256 character varying(64),
    is_end boolean NOT NULL,
    recorded_by_name character varying(100) NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    is_replaced boolean NOT NULL,
    CONSTRAINT pk_deadline_facts PRIMARY KEY (id),
    CONSTRAINT fk_deadline_facts_deadlines_deadline_id FOREIGN KEY (deadline_id) REFERENCES deadlines (id) ON DELETE RESTRICT
);


CREATE TABLE deadline_moves (
    id uuid NOT NULL,
    deadline_id uuid NOT NULL,
    case_no character varying(60) NOT NULL,
    title character varying(200) NOT NULL,
    cause character varying(40) NOT NULL,
    "from" date NOT NULL,
    "to" date NOT NULL,
    why character varying(600) NOT NULL,
    before text NOT NULL,
    after text NOT NULL,
    calendar_before character varying(400) NOT NULL,
    calendar_after character varying(400) NOT NULL,
    moved_at timestamp with time zone NOT NULL,
    moved_on date NOT NULL,
    moved_by_name character varying(100) NOT NULL,
    evidence_sha256 character varying(64),
    CONSTRAINT pk_deadline_moves PRIMARY KEY (id),
    CONSTRAINT fk_deadline_moves_deadlines_deadline_id FOREIGN KEY (deadline_id) REFERENCES deadlines (id) ON DELETE RESTRICT
);


CREATE TABLE deadline_pauses (
    id uuid NOT NULL,
    deadline_id uuid NOT NULL,
    paused_on date NOT NULL,
    resumed_on date,
    reason character varying(200) NOT NULL,
    document character varying(200) NOT NULL,
    approved_by_name character varying(100) NOT NULL,
    evidence_sha256 character varying(64),
    counts boolean NOT NULL,
    CONSTRAINT pk_deadline_pauses PRIMARY KEY (id),
    CONSTRAINT fk_deadline_pauses_deadlines_deadline_id FOREIGN KEY (deadline_id) REFERENCES deadlines (id) ON DELETE RESTRICT
);


CREATE TABLE supervision_orders (
    id uuid NOT NULL,
    order_no character varying(20) NOT NULL,
    deadline_id uuid NOT NULL,
    case_no character varying(60) NOT NULL,
    title character varying(200) NOT NULL,
    status character varying(40) NOT NULL,
    requirement text NOT NULL,
    ordered_on date NOT NULL,
    ordered_by_id uuid NOT NULL,
    ordered_by_name text NOT NULL,
    cause text,
    measures text,
    promised_on date,
    answered_by_id uuid,
    answered_by_name text,
    answered_on date,
    opinion text,
    closed_on date,
    revision integer NOT NULL,
    CONSTRAINT pk_supervision_orders PRIMARY KEY (id),
    CONSTRAINT fk_supervision_orders_deadlines_deadline_id FOREIGN KEY (deadline_id) REFERENCES deadlines (id) ON DELETE RESTRICT
);


CREATE TABLE archive_volumes (
    id uuid NOT NULL,
    inspectee_number character varying(40) NOT NULL,
    catalogue_no integer NOT NULL,
    archive_no character varying(60) NOT NULL,
    case_id uuid NOT NULL,
    inspection_no character varying(40) NOT NULL,
    index_json text NOT NULL,
    index_hash character varying(64) NOT NULL,
    archived_on date NOT NULL,
    archived_by_name text NOT NULL,
    CONSTRAINT pk_archive_volumes PRIMARY KEY (id),
    CONSTRAINT fk_archive_volumes_enterprise_files_inspectee_number FOREIGN KEY (inspectee_number) REFERENCES enterprise_files (inspectee_number) ON DELETE RESTRICT,
    CONSTRAINT fk_archive_volumes_inspection_cases_case_id FOREIGN KEY (case_id) REFERENCES inspection_cases (id) ON DELETE RESTRICT
);


CREATE TABLE check_results (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    position integer NOT NULL,
    code character varying(40) NOT NULL,
    content text NOT NULL,
    method text,
    basis text,
    penalty_basis text,
    default_grade character varying(40) NOT NULL,
    major_criterion text,
    advice text,
    mandatory boolean NOT NULL,
    outcome character varying(40),
    note text,
    recorded_by_name text,
    recorded_at timestamp with time zone,
    CONSTRAINT pk_check_results PRIMARY KEY (id),
    CONSTRAINT fk_check_results_inspection_cases_case_id FOREIGN KEY (case_id) REFERENCES inspection_cases (id) ON DELETE RESTRICT
);


CREATE TABLE evidence_items (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    inspection_no character varying(40) NOT NULL,
    sha256 character varying(64) NOT NULL,
    name character varying(200) NOT NULL,
    content_type character varying(100) NOT NULL,
    size bigint NOT NULL,
    taken_at timestamp with time zone NOT NULL,
    taken_by_name text NOT NULL,
    latitude double precision,
    longitude double precision,
    note text,
    recorded_at timestamp with time zone NOT NULL,
    CONSTRAINT pk_evidence_items PRIMARY KEY (id),
    CONSTRAINT fk_evidence_items_inspection_cases_case_id FOREIGN KEY (case_id) REFERENCES inspection_cases (id) ON DELETE RESTRICT
);


CREATE TABLE findings (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    inspection_no character varying(40) NOT NULL,
    inspectee_number character varying(40) NOT NULL,
    booklet_no integer,
    entry_code character varying(40) NOT NULL,
    description text NOT NULL,
    place text NOT NULL,
    basis text NOT NULL,
    grade character varying(40) NOT NULL,
    major_criterion text,
    disposal_codes character varying(200) NOT NULL,
    requirement text NOT NULL,
    due_on date,
    evidence_hashes text NOT NULL,
    transfer_to text,
    found_by_name text NOT NULL,
    found_at timestamp with time zone NOT NULL,
    status character varying(40) NOT NULL,
    closed_on date,
    revision integer NOT NULL,
    CONSTRAINT pk_findings PRIMARY KEY (id),
    CONSTRAINT fk_findings_inspection_cases_case_id FOREIGN KEY (case_id) REFERENCES inspection_cases (id) ON DELETE RESTRICT
);


CREATE TABLE lead_transfers (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    inspection_no character varying(40) NOT NULL,
    target_body character varying(200) NOT NULL,
    facts text NOT NULL,
    materials text NOT NULL,
    sent_on date NOT NULL,
    approved_by_name text NOT NULL,
    reply_due_on date NOT NULL,
    received_on date,
    receiver text,
    reply text,
    revision integer NOT NULL,
    CONSTRAINT pk_lead_transfers PRIMARY KEY (id),
    CONSTRAINT fk_lead_transfers_inspection_cases_case_id FOREIGN KEY (case_id) REFERENCES inspection_cases (id) ON DELETE RESTRICT
);


CREATE TABLE penalty_cases (
    id uuid NOT NULL,
    penalty_no character varying(60) NOT NULL,
    case_id uuid NOT NULL,
    inspection_no character varying(40) NOT NULL,
    inspectee_number character varying(40) NOT NULL,
    procedure character varying(40) NOT NULL,
    status character varying(40) NOT NULL,
    source text NOT NULL,
    cause text NOT NULL,
    party_name character varying(200) NOT NULL,
    party_is_unit boolean NOT NULL,
    finding_ids text NOT NULL,
    officer_numbers text NOT NULL,
    officer_names text NOT NULL,
    proposed_by_id uuid NOT NULL,
    filed_on date,
    filed_by_name text,
    filing_opinion text,
    facts text,
    evidence_hashes text NOT NULL,
    violated_clause text,
    investigated_on date,
    kind_codes character varying(200) NOT NULL,
    proposed_fen bigint NOT NULL,
    amount_fen bigint NOT NULL,
    confiscated_fen bigint NOT NULL,
    basis_key character varying(40),
    min_fen bigint NOT NULL,
    max_fen bigint NOT NULL,
    penalty_clause text,
    mitigation text,
    discretion text,
    complex boolean NOT NULL,
    hearing_eligible boolean NOT NULL,
    legal_opinion character varying(40),
    legal_text text,
    legal_by_name text,
    legal_by_id uuid,
    legal_on date,
    discussion_json text,
    discussed_on date,
    discussion_conclusion text,
    notice_on date,
    notice_how text,
    notice_to text,
    statement_until date,
    statement_waived boolean,
    statement_text text,
    statement_review text,
    hearing_until date,
    hearing_requested boolean,
    hearing_requested_on date,
    hearing_notified_on date,
    hearing_held_on date,
    hearing_presider text,
    hearing_report text,
    outcome character varying(40),
    decision_reason text,
    decided_on date,
    decided_by_id uuid,
    decided_by_name text,
    served_on date,
    announced_on date,
    served_how text,
    served_to text,
    served_place text,
    served_late_reason text,
    payment_due_on date,
    paid_fen bigint NOT NULL,
    surcharge_fen bigint NOT NULL,
    surcharge_note text,
    urged_on date,
    court_applied_on date,
    court text,
    court_result text,
    closing character varying(40),
    closing_note text,
    closed_on date,
    revision integer NOT NULL,
    CONSTRAINT pk_penalty_cases PRIMARY KEY (id),
    CONSTRAINT fk_penalty_cases_inspection_cases_case_id FOREIGN KEY (case_id) REFERENCES inspection_cases (id) ON DELETE RESTRICT
);


CREATE TABLE rectification_orders (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    inspection_no character varying(40) NOT NULL,
    inspectee_number character varying(40) NOT NULL,
    sequence integer NOT NULL,
    status character varying(40) NOT NULL,
    issued_on date NOT NULL,
    issued_by_name text NOT NULL,
    due_on date NOT NULL,
    reinspected_on date,
    revision integer NOT NULL,
    CONSTRAINT pk_rectification_orders PRIMARY KEY (id),
    CONSTRAINT fk_rectification_orders_inspection_cases_case_id FOREIGN KEY (case_id) REFERENCES inspection_cases (id) ON DELETE RESTRICT
);


CREATE TABLE visits (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    inspection_no character varying(40) NOT NULL,
    attempt integer NOT NULL,
    "on" date NOT NULL,
    at timestamp with time zone NOT NULL,
    place text NOT NULL,
    latitude double precision,
    longitude double precision,
    officers_json text NOT NULL,
    experts_json text NOT NULL,
    outcome character varying(40) NOT NULL,
    notified boolean NOT NULL,
    note text NOT NULL,
    evidence_hashes text NOT NULL,
    recorded_by_name text NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    CONSTRAINT pk_visits PRIMARY KEY (id),
    CONSTRAINT fk_visits_inspection_cases_case_id FOREIGN KEY (case_id) REFERENCES inspection_cases (id) ON DELETE RESTRICT
);


CREATE TABLE major_hazards (
    id uuid NOT NULL,
    finding_id uuid NOT NULL,
    finding_ids text NOT NULL,
    case_id uuid NOT NULL,
    inspection_no character varying(40) NOT NULL,
    inspectee_number character varying(40) NOT NULL,
    inspectee_name character varying(200) NOT NULL,
    status character varying(40) NOT NULL,
    description text NOT NULL,
    criterion text NOT NULL,
    responsible_unit text NOT NULL,
    proposed_on date NOT NULL,
    proposed_by_name text NOT NULL,
    list_no character varying(60),
    listed_on date,
    listed_by_name text,
    supervising_unit text,
    due_on date,
    stoppage text,
    plan_due_on date,
    refusal_reason text,
    plan_responsibility text,
    plan_measures text,
    plan_funds text,
    plan_schedule text,
    plan_contingency text,
    plan_on date,
    completed_on date,
    completion_report text,
    extensions integer NOT NULL,
    extension_asked_for date,
    extension_asked_on date,
    extension_reason text,
    extension_granted boolean,
    extension_decided_on date,
    extension_decided_by_name text,
    extension_opinion text,
    exposed_on date,
    exposure character varying(40),
    accepted_on date,
    acceptance_opinion text,
    acceptance_members text,
    failed_acceptances integer NOT NULL,
    delisted_on date,
    delisted_by_name text,
    delist_no character varying(60),
    resume_conditions text,
    revision integer NOT NULL,
    CONSTRAINT pk_major_hazards PRIMARY KEY (id),
    CONSTRAINT fk_major_hazards_findings_finding_id FOREIGN KEY (finding_id) REFERENCES findings (id) ON DELETE RESTRICT
);


CREATE TABLE penalty_payments (
    id uuid NOT NULL,
    penalty_id uuid NOT NULL,
    amount_fen bigint NOT NULL,
    is_surcharge boolean NOT NULL,
    paid_on date NOT NULL,
    receipt_no character varying(60) NOT NULL,
    recorded_by_name text NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    CONSTRAINT pk_penalty_payments PRIMARY KEY (id),
    CONSTRAINT fk_penalty_payments_penalty_cases_penalty_id FOREIGN KEY (penalty_id) REFERENCES penalty_cases (id) ON DELETE RESTRICT
);


CREATE TABLE rectification_extensions (
    id uuid NOT NULL,
    order_id uuid NOT NULL,
    reason text NOT NULL,
    interim_measures text NOT NULL,
    requested_on date NOT NULL,
    proposed_due_on date NOT NULL,
    recorded_by_id uuid NOT NULL,
    granted boolean,
    new_due_on date,
    opinion text,
    decided_by_name text,
    decided_at timestamp with time zone,
    CONSTRAINT pk_rectification_extensions PRIMARY KEY (id),
    CONSTRAINT fk_rectification_extensions_rectification_orders_order_id FOREIGN KEY (order_id) REFERENCES rectification_orders (id) ON DELETE RESTRICT
);


CREATE TABLE rectification_lines (
    id uuid NOT NULL,
    order_id uuid NOT NULL,
    finding_id uuid NOT NULL,
    position integer NOT NULL,
    requirement text NOT NULL,
    first_due_on date NOT NULL,
    due_on date NOT NULL,
    passed boolean,
    note text,
    evidence_hashes text NOT NULL,
    CONSTRAINT pk_rectification_lines PRIMARY KEY (id),
    CONSTRAINT fk_rectification_lines_findings_finding_id FOREIGN KEY (finding_id) REFERENCES findings (id) ON DELETE RESTRICT,
    CONSTRAINT fk_rectification_lines_rectification_orders_order_id FOREIGN KEY (order_id) REFERENCES rectification_orders (id) ON DELETE RESTRICT
);


CREATE TABLE rectification_progress (
    id uuid NOT NULL,
    order_id uuid NOT NULL,
    "on" date NOT NULL,
    text text NOT NULL,
    asks_reinspection boolean NOT NULL,
    recorded_by_name text NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    CONSTRAINT pk_rectification_progress PRIMARY KEY (id),
    CONSTRAINT fk_rectification_progress_rectification_orders_order_id FOREIGN KEY (order_id) REFERENCES rectification_orders (id) ON DELETE RESTRICT
);


CREATE TABLE reinspections (
    id uuid NOT NULL,
    order_id uuid NOT NULL,
    case_id uuid NOT NULL,
    "on" date NOT NULL,
    officers_json text NOT NULL,
    passed_count integer NOT NULL,
    failed_count integer NOT NULL,
    opinion text NOT NULL,
    recorded_by_id uuid NOT NULL,
    recorded_by_name text NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    CONSTRAINT pk_reinspections PRIMARY KEY (id),
    CONSTRAINT fk_reinspections_rectification_orders_order_id FOREIGN KEY (order_id) REFERENCES rectification_orders (id) ON DELETE RESTRICT
);


CREATE TABLE exposure_proposals (
    id uuid NOT NULL,
    hazard_id uuid NOT NULL,
    deadline_id uuid NOT NULL,
    list_no character varying(100) NOT NULL,
    case_no character varying(60) NOT NULL,
    inspectee_name character varying(200) NOT NULL,
    facts character varying(1000) NOT NULL,
    due_on date NOT NULL,
    proposed_on date NOT NULL,
    decision character varying(40) NOT NULL,
    opinion character varying(1000),
    decided_by_name character varying(100),
    decided_on date,
    revision integer NOT NULL,
    CONSTRAINT pk_exposure_proposals PRIMARY KEY (id),
    CONSTRAINT fk_exposure_proposals_major_hazards_hazard_id FOREIGN KEY (hazard_id) REFERENCES major_hazards (id) ON DELETE RESTRICT
);


CREATE TABLE hazard_progress (
    id uuid NOT NULL,
    hazard_id uuid NOT NULL,
    "on" date NOT NULL,
    text text NOT NULL,
    percent integer NOT NULL,
    recorded_by_name text NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    CONSTRAINT pk_hazard_progress PRIMARY KEY (id),
    CONSTRAINT fk_hazard_progress_major_hazards_hazard_id FOREIGN KEY (hazard_id) REFERENCES major_hazards (id) ON DELETE RESTRICT
);


CREATE UNIQUE INDEX ix_accounts_user_name ON accounts (user_name);


CREATE INDEX ix_alert_deliveries_message_key ON alert_deliveries (message_key) WHERE message_key IS NOT NULL;


CREATE INDEX ix_alert_deliveries_recipient_id_way ON alert_deliveries (recipient_id, way) WHERE problem IS NOT NULL;


CREATE INDEX ix_alert_deliveries_recipient_id_way_created_at ON alert_deliveries (recipient_id, way, created_at) WHERE message_key IS NULL AND problem IS NULL;


CREATE UNIQUE INDEX ix_alerts_deadline_id_round_rung_recipient_key ON alerts (deadline_id, round, rung, recipient_key);


CREATE INDEX ix_alerts_recipient_id_acknowledged_at ON alerts (recipient_id, acknowledged_at);


CREATE INDEX ix_alerts_recipient_number_acknowledged_at ON alerts (recipient_number, acknowledged_at) WHERE recipient_number IS NOT NULL;


CREATE INDEX ix_alerts_recipient_role_acknowledged_at ON alerts (recipient_role, acknowledged_at) WHERE recipient_id IS NULL AND recipient_number IS NULL;


CREATE UNIQUE INDEX ix_annual_plans_plan_no ON annual_plans (plan_no);


CREATE UNIQUE INDEX ix_archive_volumes_case_id ON archive_volumes (case_id);


CREATE UNIQUE INDEX ix_archive_volumes_inspectee_number_catalogue_no ON archive_volumes (inspectee_number, catalogue_no);


CREATE INDEX ix_assignment_seats_campaign_id_assignment_id ON assignment_seats (campaign_id, assignment_id);


CREATE INDEX ix_assignment_seats_person_number ON assignment_seats (person_number);


CREATE INDEX ix_bookmarks_due_at ON bookmarks (due_at) WHERE due_at IS NOT NULL;


CREATE INDEX ix_bookmarks_hash_correlation_id ON bookmarks (hash, correlation_id) WHERE name = 'Elsa.Event';


CREATE INDEX ix_calendar_days_year ON calendar_days (year);


CREATE INDEX ix_calendar_feeds_token_sha256 ON calendar_feeds (token_sha256);


CREATE UNIQUE INDEX ix_campaign_extensions_campaign_id_sequence ON campaign_extensions (campaign_id, sequence);


CREATE UNIQUE INDEX ix_campaigns_campaign_no ON campaigns (campaign_no);


CREATE INDEX ix_case_migrations_definition_id_at ON case_migrations (definition_id, at);


CREATE INDEX ix_case_migrations_instance_id ON case_migrations (instance_id);


CREATE INDEX ix_case_starts_by_id_at ON case_starts (by_id, at);


CREATE INDEX ix_case_starts_case_no ON case_starts (case_no);


CREATE UNIQUE INDEX ix_check_results_case_id_code ON check_results (case_id, code);


CREATE UNIQUE INDEX ix_co_launches_campaign_id_unit ON co_launches (campaign_id, unit);


CREATE UNIQUE INDEX ix_credit_entries_inspectee_number_kind_source_no ON credit_entries (inspectee_number, kind, source_no);


CREATE INDEX ix_credit_repairs_entry_id ON credit_repairs (entry_id);


CREATE INDEX ix_deadline_facts_deadline_id ON deadline_facts (deadline_id);


CREATE INDEX ix_deadline_moves_deadline_id ON deadline_moves (deadline_id);


CREATE INDEX ix_deadline_moves_moved_at ON deadline_moves (moved_at);


CREATE INDEX ix_deadline_pauses_deadline_id ON deadline_pauses (deadline_id);


CREATE INDEX ix_deadline_rules_key_profile_effective_from ON deadline_rules (key, profile, effective_from);


CREATE INDEX ix_deadlines_case_no ON deadlines (case_no);


CREATE INDEX ix_deadlines_next_check_on_id ON deadlines (next_check_on, id) WHERE next_check_on IS NOT NULL;


CREATE INDEX ix_deadlines_status_due_on ON deadlines (status, due_on);


CREATE INDEX ix_deadlines_subject_id_rule_key ON deadlines (subject_id, rule_key);


CREATE INDEX ix_definition_changes_definition_id_proposed_at ON definition_changes (definition_id, proposed_at);


CREATE INDEX ix_definition_changes_status_effective_on ON definition_changes (status, effective_on);


CREATE INDEX ix_definition_versions_definition_id_hash ON definition_versions (definition_id, hash);


CREATE UNIQUE INDEX ix_definition_versions_definition_id_version ON definition_versions (definition_id, version);


CREATE INDEX ix_discredit_proposals_inspectee_number_status ON discredit_proposals (inspectee_number, status);


CREATE INDEX ix_discredit_proposals_subject_id ON discredit_proposals (subject_id);


CREATE INDEX ix_dispatches_created_at_parent_execution_id_index ON dispatches (created_at, parent_execution_id, index) WHERE started_at IS NULL;


CREATE UNIQUE INDEX ix_dispatches_parent_execution_id_index ON dispatches (parent_execution_id, index);


CREATE INDEX ix_disputes_case_id ON disputes (case_id);


CREATE INDEX ix_disputes_finding_id ON disputes (finding_id);


CREATE INDEX ix_drawn_list_readings_campaign_no_at ON drawn_list_readings (campaign_no, at);


CREATE UNIQUE INDEX ix_draws_campaign_id_kind_round ON draws (campaign_id, kind, round);


CREATE UNIQUE INDEX ix_draws_number ON draws (number);


CREATE UNIQUE INDEX ix_evidence_items_case_id_sha256 ON evidence_items (case_id, sha256);


CREATE UNIQUE INDEX ix_exposure_proposals_deadline_id ON exposure_proposals (deadline_id);


CREATE INDEX ix_exposure_proposals_decision ON exposure_proposals (decision);


CREATE INDEX ix_exposure_proposals_hazard_id ON exposure_proposals (hazard_id);


CREATE INDEX ix_findings_case_id ON findings (case_id);


CREATE UNIQUE INDEX ix_findings_inspectee_number_booklet_no ON findings (inspectee_number, booklet_no);


CREATE INDEX ix_findings_status_due_on ON findings (status, due_on);


CREATE INDEX ix_hazard_progress_hazard_id_on ON hazard_progress (hazard_id, "on");


CREATE INDEX ix_import_jobs_status_requested_at ON import_jobs (status, requested_at);


CREATE INDEX ix_incidents_instance_id ON incidents (instance_id);


CREATE INDEX ix_incidents_resolved_at ON incidents (resolved_at) WHERE resolved_at IS NULL;


CREATE INDEX ix_inspectees_changed_at_number ON inspectees (changed_at DESC, number);


CREATE INDEX ix_inspectees_credit_code ON inspectees (credit_code);


CREATE INDEX ix_inspectees_credit_grade_number ON inspectees (credit_grade, number);


CREATE INDEX ix_inspectees_exclusion_code_number ON inspectees (exclusion_code, number) WHERE exclusion_code IS NOT NULL;


CREATE INDEX ix_inspectees_former_name_beginning ON inspectees (former_name varchar_pattern_ops) WHERE former_name IS NOT NULL;


CREATE INDEX ix_inspectees_former_name_number ON inspectees (former_name, number) WHERE former_name IS NOT NULL;


CREATE INDEX ix_inspectees_kind_number ON inspectees (kind, number);


CREATE INDEX ix_inspectees_level_number ON inspectees (level, number);


CREATE INDEX ix_inspectees_licence_ends_number ON inspectees (licence_ends, number) WHERE licence_ends IS NOT NULL;


CREATE INDEX ix_inspectees_licence_kinds_number ON inspectees (licence_kinds, number) WHERE licence_kinds IS NOT NULL;


CREATE INDEX ix_inspectees_list_flags_number ON inspectees (list_flags, number) WHERE list_flags IS NOT NULL;


CREATE INDEX ix_inspectees_name_beginning ON inspectees (name varchar_pattern_ops);


CREATE INDEX ix_inspectees_name_number ON inspectees (name, number);


CREATE INDEX ix_inspectees_number_beginning ON inspectees (number varchar_pattern_ops);


CREATE INDEX ix_inspectees_other_code ON inspectees (other_code) WHERE other_code IS NOT NULL;


CREATE INDEX ix_inspectees_owner_section_number ON inspectees (owner_section, number);


CREATE INDEX ix_inspectees_registration_status_number ON inspectees (registration_status, number);


CREATE INDEX ix_inspectees_risk_grade_number ON inspectees (risk_grade, number);


CREATE INDEX ix_inspectees_safety_sector_number ON inspectees (safety_sector, number);


CREATE INDEX ix_inspectees_tags_number ON inspectees (tags, number) WHERE tags IS NOT NULL;


CREATE INDEX ix_inspectees_town_number ON inspectees (town, number);


CREATE UNIQUE INDEX ix_inspection_assignments_campaign_id_inspectee_number ON inspection_assignments (campaign_id, inspectee_number);


CREATE INDEX ix_inspection_cases_campaign_id ON inspection_cases (campaign_id);


CREATE INDEX ix_inspection_cases_campaign_no_inspection_no ON inspection_cases (campaign_no, inspection_no);


CREATE INDEX ix_inspection_cases_inspectee_number_planned_on ON inspection_cases (inspectee_number, planned_on);


CREATE UNIQUE INDEX ix_inspection_cases_inspection_no ON inspection_cases (inspection_no);


CREATE INDEX ix_inspection_cases_status_checked_on ON inspection_cases (status, checked_on);


CREATE UNIQUE INDEX ix_ladder_proposals_status ON ladder_proposals (status) WHERE status = 'Proposed';


CREATE INDEX ix_lead_transfers_case_id ON lead_transfers (case_id);


CREATE INDEX ix_lead_transfers_reply_due_on ON lead_transfers (reply_due_on);


CREATE UNIQUE INDEX ix_leader_appointments_campaign_id_person_number ON leader_appointments (campaign_id, person_number);


CREATE INDEX ix_leave_periods_person_number ON leave_periods (person_number);


CREATE INDEX ix_major_hazards_case_id ON major_hazards (case_id);


CREATE INDEX ix_major_hazards_finding_id ON major_hazards (finding_id);


CREATE INDEX ix_major_hazards_inspectee_number ON major_hazards (inspectee_number);


CREATE INDEX ix_major_hazards_status_due_on ON major_hazards (status, due_on);


CREATE INDEX ix_migration_proposals_definition_id_status ON migration_proposals (definition_id, status);


CREATE INDEX ix_migration_proposals_instance_id_status ON migration_proposals (instance_id, status);


CREATE INDEX ix_officer_comparisons_at ON officer_comparisons (at);


CREATE INDEX ix_official_documents_case_no ON official_documents (case_no);


CREATE UNIQUE INDEX ix_official_documents_code_word_year_sequence ON official_documents (code_word, year, sequence);


CREATE INDEX ix_official_documents_subject_id_template ON official_documents (subject_id, template);


CREATE UNIQUE INDEX ix_outbox_messages_dedupe_key ON outbox_messages (dedupe_key);


CREATE INDEX ix_outbox_messages_sent_at_next_attempt_at ON outbox_messages (sent_at, next_attempt_at);


CREATE INDEX ix_penalty_cases_case_id ON penalty_cases (case_id);


CREATE INDEX ix_penalty_cases_inspectee_number ON penalty_cases (inspectee_number);


CREATE UNIQUE INDEX ix_penalty_cases_penalty_no ON penalty_cases (penalty_no);


CREATE INDEX ix_penalty_cases_status_payment_due_on ON penalty_cases (status, payment_due_on);


CREATE UNIQUE INDEX ix_penalty_payments_penalty_id_receipt_no ON penalty_payments (penalty_id, receipt_no);


CREATE UNIQUE INDEX ix_plan_exclusions_plan_no_line_no_inspectee_number ON plan_exclusions (plan_no, line_no, inspectee_number);


CREATE UNIQUE INDEX ix_profile_changes_status ON profile_changes (status) WHERE status = 'Proposed';


CREATE INDEX ix_publications_case_id ON publications (case_id);


CREATE INDEX ix_publications_inspectee_number ON publications (inspectee_number);


CREATE INDEX ix_publications_status_published_on ON publications (status, published_on);


CREATE INDEX ix_publications_subject_no_kind ON publications (subject_no, kind);


CREATE INDEX ix_rectification_extensions_order_id ON rectification_extensions (order_id);


CREATE INDEX ix_rectification_lines_finding_id ON rectification_lines (finding_id);


CREATE UNIQUE INDEX ix_rectification_lines_order_id_finding_id ON rectification_lines (order_id, finding_id);


CREATE UNIQUE INDEX ix_rectification_orders_case_id_sequence ON rectification_orders (case_id, sequence);


CREATE INDEX ix_rectification_orders_inspectee_number ON rectification_orders (inspectee_number);


CREATE INDEX ix_rectification_orders_status_due_on ON rectification_orders (status, due_on);


CREATE INDEX ix_rectification_progress_order_id_on ON rectification_progress (order_id, "on");


CREATE INDEX ix_register_changes_kind_at ON register_changes (kind, at);


CREATE INDEX ix_register_filings_at ON register_filings (at);


CREATE INDEX ix_register_verifications_at ON register_verifications (at);


CREATE INDEX ix_register_versions_change_id ON register_versions (change_id);


CREATE INDEX ix_reinspections_case_id ON reinspections (case_id);


CREATE INDEX ix_reinspections_order_id ON reinspections (order_id);


CREATE INDEX ix_relations_person_number ON relations (person_number);


CREATE UNIQUE INDEX ix_roster_requests_campaign_id_sequence ON roster_requests (campaign_id, sequence);


CREATE UNIQUE INDEX ix_saved_filters_owner_id_name ON saved_filters (owner_id, name);


CREATE INDEX ix_saved_filters_section ON saved_filters (section);


CREATE INDEX ix_saved_views_kind_owner_id ON saved_views (kind, owner_id);


CREATE INDEX ix_seat_skips_campaign_id_assignment_id ON seat_skips (campaign_id, assignment_id);


CREATE INDEX ix_signals_created_at_id ON signals (created_at, id) WHERE consumed_at IS NULL;


CREATE INDEX ix_substitutions_principal_id_to ON substitutions (principal_id, "to");


CREATE INDEX ix_substitutions_substitute_id_to ON substitutions (substitute_id, "to");


CREATE INDEX ix_supervision_orders_deadline_id ON supervision_orders (deadline_id);


CREATE UNIQUE INDEX ix_supervision_orders_order_no ON supervision_orders (order_no);


CREATE INDEX ix_upper_tasks_item_code ON upper_tasks (item_code);


CREATE UNIQUE INDEX ix_visits_case_id_attempt ON visits (case_id, attempt);


CREATE UNIQUE INDEX ix_work_item_acts_work_item_id_operation_id ON work_item_acts (work_item_id, operation_id);


CREATE INDEX ix_work_item_copies_person_id_at ON work_item_copies (person_id, at);


CREATE UNIQUE INDEX ix_work_item_copies_work_item_id_person_id ON work_item_copies (work_item_id, person_id);


CREATE INDEX ix_work_item_delegations_from_id_ended_at ON work_item_delegations (from_id, ended_at);


CREATE INDEX ix_work_item_delegations_work_item_id ON work_item_delegations (work_item_id);


CREATE INDEX ix_work_item_seats_number_due_key_work_item_id ON work_item_seats (number, due_key, work_item_id);


CREATE INDEX ix_work_item_signers_person_id_ended_at ON work_item_signers (person_id, ended_at);


CREATE INDEX ix_work_item_signers_work_item_id ON work_item_signers (work_item_id);


CREATE INDEX ix_work_items_case_no ON work_items (case_no);


CREATE INDEX ix_work_items_completed_by_id_completed_at ON work_items (completed_by_id, completed_at) WHERE completed_by_id IS NOT NULL;


CREATE INDEX ix_work_items_queue_due_key_id ON work_items (queue, due_key, id) WHERE queue IS NOT NULL;


CREATE INDEX ix_work_items_root_instance_id ON work_items (root_instance_id) WHERE completed_by_id IS NOT NULL;


CREATE INDEX ix_work_items_second_queue_due_key_id ON work_items (second_queue, due_key, id) WHERE second_queue IS NOT NULL;


CREATE INDEX ix_workflow_instances_correlation_id ON workflow_instances (correlation_id);


CREATE INDEX ix_workflow_instances_definition_id_status ON workflow_instances (definition_id, status);


CREATE INDEX ix_workflow_instances_parent_instance_id ON workflow_instances (parent_instance_id) WHERE parent_instance_id IS NOT NULL;


CREATE UNIQUE INDEX ix_working_rules_status ON working_rules (status) WHERE status = 'Proposed';


CREATE UNIQUE INDEX ix_working_rules_version ON working_rules (version);
