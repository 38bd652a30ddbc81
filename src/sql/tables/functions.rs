//! Functions that change nothing and hand out nothing special, and functions that are known to do more.
//!
//! A function on neither list is not known. PostgreSQL's part is held against the server's own catalogue by
//! `tests/sql.rs`: what the server calls volatile has to be named there with a reason.

use crate::model::action::Category::{self, AccessControl, Config, Execution, Infra, Observe, Secrets, UserData};
use crate::model::action::Impact::{self, Destroy, Read, Unknown, Write};

use crate::sql::Dialect;

/// Words before a parenthesis that call nothing.
pub const NOT_CALLS: &str = "all and any array as asc between by case check columns cross cube desc distinct do else end \
    except exclude exists explain fetch filter first for from full group having ilike in inner intersect interval is \
    join key last lateral left like limit materialized minus next not nulls of offset on only or order ordinality \
    outer over partition primary range recursive references repeatable right rollup row rows select set sets similar \
    some table then to top union unique using values when where window with within cast extract position \
    overlay trim nested path bernoulli rlike regexp div mod binary xor returning";

/// Types that take arguments.
pub const TYPES: &str = "bit bpchar char character datetime dec decimal double enum fixedstring float float4 float8 int \
    integer nchar nullable numeric nvarchar precision real signed smallint bigint tinyint text time timestamp timestamptz timetz \
    unsigned varbinary varbit varchar varying lowcardinality datetime64 decimal32 decimal64 decimal128";

/// Functions of all the databases here that only compute.
const COMMON: &str = "abs acos asin atan atan2 avg ceil ceiling char_length character_length chr coalesce concat concat_ws \
    cos cot count cume_dist current_date current_time current_timestamp current_user date dense_rank degrees exp \
    first_value floor greatest grouping group_concat hex if iif ifnull instr json_array json_array_length \
    json_extract json_object json_type json_valid lag last_value lead least left length ln localtime localtimestamp log log10 log2 \
    lower lpad ltrim max md5 min nth_value ntile nullif octet_length percent_rank pi pow power quote radians random \
    rank repeat replace reverse right round row_number rpad rtrim session_user sha1 sign sin soundex sqrt stddev \
    stddev_pop stddev_samp strftime string_agg substr substring sum tan time trim trunc upper user var_pop var_samp variance";

/// PostgreSQL: what its catalogue calls immutable or stable, without what hands out whole tables, and the volatile
/// ones that change nothing.
const POSTGRES: &str = "abbrev aclcontains acldefault aclexplode acosd acosh age any_value area array_agg array_append \
    array_cat array_dims array_fill array_length array_lower array_ndims array_position array_positions array_prepend array_remove \
    array_replace array_sample array_shuffle array_to_json array_to_string array_to_tsvector array_upper ascii asind asinh atan2d atand atanh bit_and \
    bit_count bit_length bit_or bit_xor bool bool_and bool_or bound_box box broadcast btrim cardinality cbrt center cidr circle \
    clock_timestamp col_description convert convert_from convert_to corr cosd cosh cotd covar_pop covar_samp \
    current_catalog current_database current_query current_role current_schema current_schemas current_setting currval \
    date_add date_bin date_part date_subtract date_trunc datemultirange daterange decode diagonal diameter div encode enum_first enum_last \
    enum_range erf erfc every factorial family format format_type gcd gen_random_uuid generate_series generate_subscripts get_bit \
    get_byte get_current_ts_config getdatabaseencoding has_any_column_privilege has_column_privilege \
    has_database_privilege has_foreign_data_wrapper_privilege has_function_privilege has_language_privilege \
    has_parameter_privilege has_schema_privilege has_sequence_privilege has_server_privilege has_table_privilege \
    has_tablespace_privilege has_type_privilege height host hostmask inet_client_addr inet_client_port inet_merge \
    inet_same_family inet_server_addr inet_server_port initcap int2 int4 int4multirange int4range int8 \
    int8multirange int8range is_normalized isclosed isempty isfinite ishorizontal isopen isparallel isperp isvertical \
    json json_agg json_array_elements json_array_elements_text json_arrayagg json_build_array json_build_object json_each json_each_text \
    json_exists json_extract_path json_extract_path_text json_object_agg json_object_keys json_objectagg json_populate_record \
    json_populate_recordset json_query json_scalar json_serialize json_strip_nulls json_table json_to_record json_to_recordset json_to_tsvector json_typeof json_value jsonb \
    jsonb_agg jsonb_array_elements jsonb_array_elements_text jsonb_array_length jsonb_build_array jsonb_build_object \
    jsonb_each jsonb_each_text jsonb_extract_path jsonb_extract_path_text jsonb_insert jsonb_object jsonb_object_agg \
    jsonb_object_keys jsonb_path_exists jsonb_path_exists_tz jsonb_path_match jsonb_path_match_tz jsonb_path_query \
    jsonb_path_query_array jsonb_path_query_array_tz jsonb_path_query_first jsonb_path_query_first_tz \
    jsonb_path_query_tz jsonb_populate_record jsonb_populate_recordset jsonb_pretty jsonb_set jsonb_set_lax \
    jsonb_strip_nulls jsonb_to_record jsonb_to_recordset jsonb_to_tsvector jsonb_typeof justify_days justify_hours \
    justify_interval lastval lcm line lower_inc lower_inf lseg macaddr make_date make_interval make_time make_timestamp \
    make_timestamptz makeaclitem masklen min_scale mod mode multirange mxid_age netmask network normalize \
    now npoints num_nonnulls num_nulls numnode nummultirange numrange obj_description oid oidvectortypes parse_ident \
    path percentile_cont percentile_disc pg_available_extension_versions pg_available_extensions pg_backend_pid \
    pg_blocking_pids pg_char_to_encoding pg_client_encoding pg_collation_for pg_collation_is_visible \
    pg_column_compression pg_column_is_updatable pg_column_size pg_conf_load_time pg_control_checkpoint \
    pg_control_init pg_control_recovery pg_control_system pg_conversion_is_visible pg_current_logfile \
    pg_current_snapshot pg_current_wal_flush_lsn pg_current_wal_insert_lsn pg_current_wal_lsn \
    pg_current_xact_id_if_assigned pg_cursor pg_database_collation_actual_version pg_database_size pg_describe_object \
    pg_encoding_max_length pg_encoding_to_char pg_extension_update_paths pg_filenode_relation pg_function_is_visible \
    pg_get_backend_memory_contexts pg_get_catalog_foreign_keys pg_get_constraintdef pg_get_expr \
    pg_get_function_arg_default pg_get_function_arguments pg_get_function_identity_arguments pg_get_function_result \
    pg_get_function_sqlbody pg_get_functiondef pg_get_indexdef pg_get_keywords pg_get_multixact_members \
    pg_get_object_address pg_get_partition_constraintdef pg_get_partkeydef pg_get_publication_tables \
    pg_get_replica_identity_index pg_get_replication_slots pg_get_ruledef pg_get_serial_sequence \
    pg_get_shmem_allocations pg_get_statisticsobjdef pg_get_statisticsobjdef_columns \
    pg_get_statisticsobjdef_expressions pg_get_triggerdef pg_get_userbyid pg_get_viewdef \
    pg_get_wal_replay_pause_state pg_get_wal_resource_managers pg_has_role pg_identify_object \
    pg_identify_object_as_address pg_index_column_has_property pg_index_has_property pg_indexam_has_property \
    pg_indexam_progress_phasename pg_indexes_size pg_is_in_recovery pg_is_other_temp_schema pg_is_wal_replay_paused \
    pg_isolation_test_session_is_blocked pg_jit_available pg_last_committed_xact pg_last_wal_receive_lsn \
    pg_last_wal_replay_lsn pg_last_xact_replay_timestamp pg_listening_channels pg_lock_status pg_lsn \
    pg_mcv_list_items pg_my_temp_schema pg_notification_queue_usage pg_opclass_is_visible pg_operator_is_visible \
    pg_opfamily_is_visible pg_options_to_table pg_partition_ancestors pg_partition_root pg_partition_tree \
    pg_postmaster_start_time pg_prepared_statement pg_prepared_xact pg_relation_filenode pg_relation_filepath \
    pg_relation_is_publishable pg_relation_is_updatable pg_relation_size pg_replication_origin_oid \
    pg_safe_snapshot_blocking_pids pg_sequence_last_value pg_sequence_parameters pg_settings_get_flags \
    pg_show_all_settings pg_size_bytes pg_size_pretty pg_snapshot_xip pg_snapshot_xmax pg_snapshot_xmin \
    pg_stat_get_activity pg_stat_get_archiver pg_stat_get_backend_activity pg_stat_get_backend_activity_start \
    pg_stat_get_backend_client_addr pg_stat_get_backend_client_port pg_stat_get_backend_dbid pg_stat_get_backend_idset \
    pg_stat_get_backend_pid pg_stat_get_backend_start pg_stat_get_backend_userid pg_stat_get_backend_wait_event \
    pg_stat_get_backend_wait_event_type pg_stat_get_backend_xact_start pg_stat_get_db_numbackends \
    pg_stat_get_dead_tuples pg_stat_get_last_analyze_time pg_stat_get_last_autoanalyze_time \
    pg_stat_get_last_autovacuum_time pg_stat_get_last_vacuum_time pg_stat_get_live_tuples pg_stat_get_numscans \
    pg_stat_get_progress_info pg_stat_get_replication_slot pg_stat_get_slru pg_stat_get_subscription \
    pg_stat_get_subscription_stats pg_stat_get_tuples_deleted pg_stat_get_tuples_fetched \
    pg_stat_get_tuples_hot_updated pg_stat_get_tuples_inserted pg_stat_get_tuples_returned \
    pg_stat_get_tuples_updated pg_stat_get_wal pg_stat_get_wal_receiver pg_stat_get_wal_senders pg_stat_have_stats \
    pg_statistics_obj_is_visible pg_table_is_visible pg_table_size pg_tablespace_databases pg_tablespace_location \
    pg_tablespace_size pg_timezone_abbrevs pg_timezone_names pg_total_relation_size pg_trigger_depth \
    pg_ts_config_is_visible pg_ts_dict_is_visible pg_ts_parser_is_visible pg_ts_template_is_visible \
    pg_type_is_visible pg_typeof pg_visible_in_snapshot pg_wal_lsn_diff pg_walfile_name pg_walfile_name_offset \
    pg_xact_commit_timestamp pg_xact_status phraseto_tsquery plainto_tsquery point polygon position \
    quote_ident quote_literal quote_nullable radius random_normal range_agg range_intersect_agg range_merge regclass \
    regexp_count regexp_instr regexp_like regexp_match regexp_matches regexp_replace regexp_split_to_array \
    regexp_split_to_table regexp_substr regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx \
    regr_sxy regr_syy row_security_active row_to_json scale set_bit set_byte set_masklen setweight sha224 sha256 \
    sha384 sha512 shobj_description sind sinh slope split_part starts_with statement_timestamp string_to_array \
    string_to_table strip strpos system_user tand tanh text timeofday timezone to_ascii to_bin to_char to_date to_hex to_json to_jsonb \
    to_number to_oct to_regclass to_regcollation to_regnamespace to_regoper to_regoperator to_regproc to_regprocedure \
    to_regrole to_regtype to_timestamp to_tsquery to_tsvector transaction_timestamp translate trim_array trim_scale \
    ts_debug ts_delete ts_filter ts_headline ts_lexize ts_parse ts_rank ts_rank_cd ts_token_type tsmultirange \
    tsquery_phrase tsrange tstzmultirange tstzrange tsvector_to_array txid_current_if_assigned txid_current_snapshot \
    txid_snapshot_xip txid_snapshot_xmax txid_snapshot_xmin txid_status txid_visible_in_snapshot unistr unnest \
    upper_inc upper_inf uuidv4 uuidv7 version websearch_to_tsquery width width_bucket xid xml xml_is_well_formed xml_is_well_formed_content \
    xml_is_well_formed_document xmlagg xmlattributes xmlcomment xmlconcat xmlelement xmlexists xmlforest xmlpi xpath xpath_exists \
    percentile st_area st_asgeojson st_astext st_contains st_distance st_dwithin st_intersects st_makepoint st_point st_setsrid \
    st_within st_x st_y similarity word_similarity show_trgm cosine_distance l2_distance inner_product time_bucket";

/// MySQL and MariaDB.
const MYSQL: &str = "adddate addtime ascii any_value bin bit_and bit_count bit_length bit_or bit_xor char charset coercibility collation \
    compress conv convert_tz connection_id crc32 curdate current_role curtime database date_add date_format date_sub datediff \
    day dayname dayofmonth dayofweek dayofyear elt export_set extractvalue field find_in_set format format_bytes \
    format_pico_time found_rows from_base64 from_days from_unixtime get_format gtid_subset gtid_subtract hour icu_version \
    inet6_aton inet6_ntoa inet_aton inet_ntoa insert is_ipv4 is_ipv6 is_uuid isnull is_free_lock is_used_lock json_arrayagg json_contains \
    json_contains_path json_depth json_keys json_length json_merge_patch json_merge_preserve json_objectagg json_overlaps \
    json_pretty json_quote json_remove json_replace json_search json_set json_insert json_storage_size json_table json_unquote json_value \
    last_day lcase locate make_set makedate maketime microsecond mid minute mod month monthname name_const now oct ord \
    period_add period_diff quarter rand regexp_instr regexp_like regexp_replace regexp_substr roles_graphml row_count \
    schema sec_to_time second sha sha2 space st_area st_astext st_distance st_x st_y std strcmp str_to_date subdate substring_index \
    subtime sysdate system_user time_format time_to_sec timediff timestamp timestampadd timestampdiff to_base64 to_days \
    to_seconds truncate ucase uncompress unhex unix_timestamp utc_date utc_time utc_timestamp uuid uuid_short uuid_to_bin bin_to_uuid \
    values version week weekday weekofyear weight_string year yearweek";

/// SQLite.
const SQLITE: &str = "bm25 changes char coalesce date datetime format glob highlight json json_each json_group_array \
    json_group_object json_insert json_patch json_quote json_remove json_replace json_set json_tree jsonb \
    julianday last_insert_rowid likelihood likely like printf randomblob snippet sqlite_compileoption_get \
    sqlite_compileoption_used sqlite_source_id sqlite_version timediff total total_changes typeof unhex unicode unixepoch unlikely \
    zeroblob generate_series pragma_table_info pragma_table_xinfo pragma_index_list pragma_index_info \
    pragma_foreign_key_list pragma_database_list median sha3 subtype octet_length string_agg";

/// ClickHouse.
const CLICKHOUSE: &str = "any anylast argmax argmin arrayconcat arraycount arraydistinct arrayelement arrayexists arrayfilter arrayfirst \
    arrayjoin arraymap arrayreverse arraysort arraystringconcat arraysum assumenotnull bitand bitor countif currentdatabase datediff dateadd datename \
    datesub domain empty endswith formatdatetime formatreadablesize formatreadablequantity generateuuidv4 grouparray groupuniqarray \
    has hostname indexof isnull isnotnull jsonextract jsonextractfloat jsonextractint jsonextractraw jsonextractstring lowerutf8 match maxif \
    minif median multiif notempty now now64 numbers position positioncaseinsensitive quantile quantileexact quantiles quantileif splitbychar \
    startswith sumif sumstate countstate countmerge summerge avgif tuple tupleelement toint16 toint32 toint64 toint8 touint16 touint32 touint64 \
    touint8 tofloat32 tofloat64 todate todate32 todatetime todatetime64 todayofmonth todayofweek todecimal64 tohour tominute tomonth \
    tomonday toquarter tosecond tostartofday tostartoffifteenminutes tostartoffiveminutes tostartofhour tostartofinterval \
    tostartofminute tostartofmonth tostartofquarter tostartofweek tostartofyear tostring totypename tounixtimestamp toyear toyyyymm \
    toyyyymmdd today yesterday uniq uniqcombined uniqexact uniqhll12 uniqif upperutf8 uptime version timezone topk ifnull lengthutf8 replaceall \
    replaceone replaceregexpall extract extractall lagInFrame laginframe leadinframe runningdifference zeros";

/// DuckDB, beside PostgreSQL's.
const DUCKDB: &str = "approx_count_distinct approx_quantile arg_max arg_min array_contains array_distinct array_sort bar bit_string \
    contains date_diff datediff day dayname dayofweek dayofyear duckdb_columns duckdb_constraints duckdb_databases duckdb_extensions duckdb_functions \
    duckdb_indexes duckdb_schemas duckdb_settings duckdb_tables duckdb_types duckdb_views epoch epoch_ms first histogram hour kurtosis last len \
    list list_aggregate list_append list_contains list_distinct list_extract list_filter list_reduce list_sort list_sum list_transform list_value map map_keys map_values \
    median minute mode month monthname prefix quantile quantile_cont quantile_disc quarter range regexp_extract regexp_extract_all \
    regexp_full_match regexp_matches second skewness str_split string_split strip_accents strptime struct_extract struct_pack suffix \
    today try_cast try_strptime uuid week weekofyear year yearweek";

/// CQL.
const CASSANDRA: &str = "token ttl writetime uuid toDate todate totimestamp tounixtimestamp dateof unixtimestampof mintimeuuid \
    maxtimeuuid blobasbigint bigintasblob textasblob blobastext current_timeuuid currenttimestamp currentdate now";

/// Whether a function only computes or looks at what anybody may see.
pub fn is_harmless(name: &str, dialect: Dialect) -> bool {
    let own: &[&str] = match dialect {
        Dialect::Postgres => &[POSTGRES],
        Dialect::Mysql => &[MYSQL],
        Dialect::Sqlite => &[SQLITE],
        Dialect::Clickhouse => &[CLICKHOUSE],
        Dialect::Duckdb => &[POSTGRES, DUCKDB],
        Dialect::Cassandra => &[CASSANDRA],
    };
    effect(name).is_none() && (has(COMMON, name) || own.iter().any(|list| has(list, name)))
}

/// PostgreSQL's own part, for the test against the server's catalogue.
pub fn postgres() -> impl Iterator<Item = &'static str> {
    POSTGRES.split_ascii_whitespace().chain(COMMON.split_ascii_whitespace())
}

/// Whether `word` is in a list of words.
pub fn has(list: &str, word: &str) -> bool {
    list.split_ascii_whitespace().any(|one| one == word)
}

/// What a function is known to do.
#[derive(Debug)]
pub struct Effect {
    /// Names; `*` at the end stands for any ending.
    pub names: &'static [&'static str],
    /// How much it changes.
    pub impact: Impact,
    /// What kind of work it is.
    pub category: Category,
    /// What it does, in words.
    pub does: &'static str,
}

const fn known(names: &'static [&'static str], impact: Impact, category: Category, does: &'static str) -> Effect {
    Effect { names, impact, category, does }
}

/// Functions that are known to do more than compute.
pub const EFFECTS: &[Effect] = &[
    known(&["nextval", "setval"], Write, UserData, "moves a sequence"),
    known(
        &["pg_sleep", "pg_sleep_for", "pg_sleep_until", "sleep", "sleepeachrow", "benchmark"],
        Write,
        Observe,
        "holds a connection",
    ),
    known(&["set_config"], Write, Config, "changes a setting, whose name can be computed"),
    known(&["setseed"], Write, Observe, "changes the session"),
    known(&["pg_terminate_backend", "pg_cancel_backend"], Write, Infra, "ends another session or its query"),
    known(
        &["pg_reload_conf", "pg_rotate_logfile*", "pg_log_backend_memory_contexts"],
        Write,
        Config,
        "makes the server act",
    ),
    known(
        &["pg_advisory_*", "pg_try_advisory_*", "get_lock", "release_lock", "release_all_locks"],
        Write,
        Observe,
        "takes or gives up a lock",
    ),
    known(&["txid_current", "pg_current_xact_id"], Write, Observe, "uses up a transaction number"),
    known(&["pg_notify", "pg_logical_emit_message"], Write, Config, "sends a message to whoever listens"),
    known(
        &[
            "pg_read_file*", "pg_read_binary_file", "pg_ls_*", "pg_stat_file", "pg_hba_file_rules",
            "pg_ident_file_mappings", "pg_show_all_file_settings", "load_file", "readfile", "lo_get", "loread",
        ],
        Read,
        Secrets,
        "reads files of the server, or large objects",
    ),
    known(
        &["table_to_xml*", "schema_to_xml*", "database_to_xml*"],
        Read,
        Secrets,
        "hands out whole tables by names that can be computed",
    ),
    known(
        &["lo_import", "lo_from_bytea", "lo_put", "lowrite", "lo_creat", "lo_create", "lo_open"],
        Write,
        UserData,
        "writes large objects",
    ),
    known(&["lo_unlink", "lo_truncate*"], Destroy, UserData, "deletes large objects"),
    known(
        &["lo_export", "writefile", "pg_file_write", "pg_file_unlink", "pg_file_rename", "edit"],
        Unknown,
        Execution,
        "writes files of the server",
    ),
    known(
        &[
            "query_to_xml*", "cursor_to_xml*", "ts_stat", "ts_rewrite", "dblink*", "crosstab*", "xpath_table",
            "pg_background_*", "exec", "sys_exec", "sys_eval", "load_extension", "fts3_tokenizer", "eval",
            "cron.schedule", "schedule", "schedule_in_database",
        ],
        Unknown,
        Execution,
        "runs another query, or code",
    ),
    known(
        &[
            "url", "file", "s3", "s3cluster", "hdfs", "remote", "remotesecure", "mysql", "postgresql", "mongodb",
            "sqlite", "jdbc", "odbc", "executable", "input", "gcs", "azureblobstorage", "deltalake", "iceberg",
            "cluster", "clusterallreplicas", "loop",
        ],
        Unknown,
        Execution,
        "reads from, or writes to, another place",
    ),
    known(
        &[
            "pg_switch_wal", "pg_create_restore_point", "pg_backup_start", "pg_backup_stop", "pg_start_backup",
            "pg_stop_backup", "pg_export_snapshot",
        ],
        Write,
        Infra,
        "acts on the write-ahead log",
    ),
    known(&["pg_promote", "pg_wal_replay_*"], Write, Infra, "changes replication"),
    known(
        &["pg_drop_replication_slot", "pg_replication_origin_drop"],
        Destroy,
        Infra,
        "deletes what replication needs",
    ),
    known(
        &[
            "pg_create_*_replication_slot", "pg_create_logical_replication_slot",
            "pg_create_physical_replication_slot", "pg_copy_logical_replication_slot",
            "pg_copy_physical_replication_slot", "pg_replication_*", "pg_logical_slot_*",
        ],
        Write,
        Infra,
        "changes replication",
    ),
    known(
        &["pg_stat_reset*", "pg_stat_clear_snapshot", "pg_stat_force_next_flush", "pg_stat_statements_reset"],
        Write,
        Observe,
        "resets statistics",
    ),
    known(
        &[
            "brin_*", "gin_clean_pending_list", "pg_import_system_collations", "pg_prewarm",
            "pg_extension_config_dump", "pg_nextoid", "pg_stop_making_pinned_objects", "binary_upgrade_*",
            "pg_repack*",
        ],
        Write,
        Infra,
        "changes how data is stored",
    ),
    known(&["set_masking_policy", "anonymize*"], Write, AccessControl, "changes what is shown to whom"),
    known(&["last_insert_id"], Write, UserData, "can set the number that the next call gives"),
    known(&["duckdb_secrets", "which_secret"], Read, Secrets, "hands out credentials"),
];

/// What is known of a function that does more than compute.
pub fn effect(name: &str) -> Option<&'static Effect> {
    EFFECTS.iter().find(|effect| {
        effect.names.iter().any(|known| known.strip_suffix('*').map_or(*known == name, |start| name.starts_with(start)))
    })
}
