//! Settings of a session that change neither what a later text means nor what it may do, and SQLite's pragmas.

/// Settings that are harmless to set for a session.
const HARMLESS: &str = "statement_timeout lock_timeout idle_in_transaction_session_timeout idle_session_timeout \
    transaction_timeout timezone time_zone datestyle intervalstyle extra_float_digits application_name \
    client_min_messages work_mem enable_seqscan enable_indexscan enable_bitmapscan enable_hashjoin enable_mergejoin \
    enable_nestloop enable_sort enable_hashagg enable_indexonlyscan enable_material enable_parallel_append max_parallel_workers_per_gather \
    random_page_cost seq_page_cost jit track_io_timing search_path bytea_output xmloption default_statistics_target from_collapse_limit \
    join_collapse_limit geqo plan_cache_mode default_transaction_isolation effective_cache_size default_transaction_read_only transaction_read_only lc_messages lc_time lc_numeric \
    lc_monetary max_execution_time net_read_timeout group_concat_max_len tx_isolation transaction_isolation names_utf8 \
    statement_mem optimizer_search_depth timestamp_format max_threads max_memory_usage max_rows_to_read max_result_rows threads memory_limit \
    enable_progress_bar schema";

/// Settings that change how the rest of a text is read.
const LEXICAL: &str = "standard_conforming_strings backslash_quote client_encoding sql_mode escape_string_warning \
    character_set_client names charset dialect old_mode transform_null_equals";

/// Whether setting it for a session is harmless.
pub fn is_harmless(name: &str) -> bool {
    super::functions::has(HARMLESS, name)
}

/// Whether setting it changes how what follows is read.
pub fn is_lexical(name: &str) -> bool {
    super::functions::has(LEXICAL, name)
}

/// Pragmas that only tell, with or without an argument.
const TELLING: &str = "table_info table_xinfo table_list index_list index_info index_xinfo foreign_key_list \
    foreign_key_check integrity_check quick_check function_list module_list pragma_list collation_list compile_options database_list stats";

/// Pragmas that tell without an argument and set with one.
const TELLING_ALONE: &str = "user_version schema_version application_id journal_mode page_count page_size freelist_count \
    encoding foreign_keys synchronous cache_size auto_vacuum busy_timeout data_version max_page_count temp_store \
    locking_mode secure_delete mmap_size query_only wal_autocheckpoint journal_size_limit recursive_triggers legacy_alter_table";

/// Pragmas that set something harmless for the session.
const SESSION: &str = "query_only busy_timeout cache_size foreign_keys temp_store mmap_size case_sensitive_like";

/// Whether a pragma only tells.
pub fn is_pragma_read(name: &str, has_argument: Argument) -> bool {
    let has = super::functions::has;
    has(TELLING, name) || (has_argument == Argument::None && has(TELLING_ALONE, name)) || has(SESSION, name)
}

/// Whether a pragma was given an argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Argument {
    /// `PRAGMA x`
    None,
    /// `PRAGMA x = y`, `PRAGMA x(y)`
    Given,
}
