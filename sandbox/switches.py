"""Every undocumented behaviour of the vendors that can be switched, with the readings it may have."""

from collections.abc import Mapping

#: Switch name to its readings; the first one is the default (contract page `assumptions.md`).
READINGS: Mapping[str, tuple[str, ...]] = {
    # -- Customers 1st, transport and reading
    "c1st.naive_time": ("utc", "store_local"),
    "c1st.updated_after": ("exclusive", "inclusive", "misses_some"),
    "c1st.page_cap": ("250", "none", "error_above_250"),
    "c1st.strict": ("on", "off"),
    "c1st.validation_error": ("documented", "observed", "form_request"),
    "c1st.auth_error": ("error_body", "plain_text", "empty_list_when_restricted"),
    "c1st.throttle_body": ("text_figures", "number_figures", "retry_after"),
    "c1st.storeid_in_payment": ("present", "absent"),
    "c1st.readonly_in_put": ("ignored", "refused"),
    "c1st.patch_arrays": ("replace", "merge"),
    "c1st.deleted_get": ("record", "404"),
    "c1st.prices_include_vat": ("1", "0", "missing"),
    "c1st.extra_configs": ("none", "many"),
    "c1st.duplicate_customerno": ("no", "yes"),
    "c1st.draft_customers": ("exist", "none"),
    "c1st.billing": ("active", "module_missing"),
    # -- Customers 1st, sales
    "c1st.payment_hook": ("on_complete", "on_first_save", "both"),
    "c1st.articles_on_get": ("detail", "always", "extra_only", "never"),
    "c1st.discount_totals": ("own_article", "netted_in_line"),
    "c1st.discountsum_sign": ("negative", "positive"),
    "c1st.vat_rounding": ("per_line", "per_receipt"),
    "c1st.surcharge_in_sum": ("no", "yes"),
    "c1st.unroundedcash": ("set", "null"),
    "c1st.refund_sign": ("negative", "positive"),
    "c1st.other_tenders": ("none", "cancelled_row", "reserved_row"),
    "c1st.debtor_button": ("invoice_flag", "custom_type", "flag_without_tender"),
    "c1st.customer_payment": ("no_articles_sum_0", "no_articles_sum_amount", "one_article"),
    "c1st.foreign_amount": ("store_currency", "foreign"),
    "c1st.foreign_in_cash": ("no", "yes"),
    "c1st.giftcard_vat": ("0", "25"),
    "c1st.giftcard_object": ("embedded", "id_only"),
    "c1st.zero_receipts": ("yes", "no"),
    "c1st.secondhand_vat": ("margin", "full"),
    "c1st.paymentno_given": ("on_complete", "on_create"),
    # -- Customers 1st, day close
    "c1st.totalrevenue": ("goods", "receipts", "goods_without_invoice"),
    "c1st.balance_rows": ("all", "without_debtor", "without_giftcard", "tenders_only"),
    "c1st.cashdifference_sign": ("counted_minus_expected", "expected_minus_counted"),
    "c1st.cashrounding_sign": ("gain_positive", "gain_negative"),
    "c1st.cashrevenue": ("net_tenders", "gross_sales", "without_customer_payments"),
    "c1st.cash_added": ("negative_cashtobank", "not_shown"),
    "c1st.expense_sign": ("positive", "negative"),
    "c1st.balance_range": ("by_register", "store_wide"),
    "c1st.financevoucher_sign": ("debit_positive", "credit_positive"),
    "c1st.financevoucher_accounts": ("set", "missing"),
    "c1st.last_synced": ("read_only",),
    "c1st.balance_changes": ("never", "note_only", "amounts"),
    # -- Customers 1st, hooks
    "c1st.hook_body": ("wrapped", "bare"),
    "c1st.logid_on_retry": ("same", "new"),
    "c1st.hook_timeout": ("10s", "2s"),
    "c1st.retry_on_4xx": ("no", "yes"),
    "c1st.hook_chaos": ("off", "duplicate", "late", "out_of_order", "dropped"),
    "c1st.hook_registration": ("free", "forbidden", "unique_per_event"),
    "c1st.hook_log": ("newest_first", "oldest_first", "empty"),
    "c1st.suppress": ("full", "primary_event_only"),
    "c1st.secret_overlap": ("none",),
    # -- Uniconta, transport and reading
    "uni.login_refusal": ("200_json_string", "401", "200_plain_text"),
    "uni.company_after_refresh": ("kept", "default_company"),
    "uni.parallel_sessions": ("allowed", "oldest_dropped"),
    "uni.latency_ms": ("0", "1000", "5000", "429"),
    "uni.base_members": ("present", "absent"),
    "uni.nulls": ("kept", "omitted"),
    "uni.enum_form": ("label_en", "label_da", "name", "number"),
    "uni.label_set": ("english_guess", "danish", "numbers"),
    "uni.error_form": (
        "json_string",
        "plain_text",
        "err_object",
        "http_400_problem",
        "http_500_text",
    ),
    "uni.err_value": ("name", "number"),
    "uni.unknown_filter": ("error", "ignored"),
    "uni.row_cap": ("none", "1000"),
    "uni.updated_at_filter": ("works", "error"),
    "uni.date_out": ("no_offset", "z_suffix"),
    "uni.country": ("number", "name"),
    "uni.path_case": ("insensitive", "sensitive"),
    "uni.user_fields_on": ("user_entity", "both"),
    "uni.field_creation": ("allowed", "forbidden", "after_relogin"),
    "uni.too_long": ("refused", "cut"),
    # -- Uniconta, orders and invoices
    "uni.insert_reply": ("object", "code_only"),
    "uni.order_defaults": ("none", "from_debtor"),
    "uni.reference_flow": ("both", "ourref_only", "none"),
    "uni.prices_incl_vat": ("honoured", "ignored"),
    "uni.vat_rounding": ("per_account_and_code", "per_invoice", "per_line"),
    "uni.doinvoice_default": ("true", "false"),
    "uni.free_text_lines": ("accepted", "ArgumentMissing"),
    "uni.insertlist": ("atomic_objects", "atomic_code", "partial"),
    "uni.invoice_reply": ("json", "pdf", "text"),
    "uni.second_invoice": ("NoLinesFound", "second_invoice"),
    "uni.delete_order": ("honoured", "ignored"),
    "uni.creditnote": ("same_series", "own_series", "refused"),
    "uni.zero_invoice": ("allowed", "refused"),
    "uni.payment_term": ("leaves_open", "books_cash"),
    "uni.blocks": ("off", "credit_limit", "item_on_hold"),
    "uni.stock_on_invoice": ("yes", "no"),
    "uni.period": ("open", "closed"),
    # -- Uniconta, journal posting
    "uni.postdaily_lines": ("given_only", "also_stored", "stored_first"),
    "uni.postdaily_atomic": ("yes", "no"),
    "uni.voucher": ("one_for_all", "per_line", "zero_refused"),
    "uni.default_vat": ("not_applied", "applied"),
    "uni.amount_members": ("debit_credit", "amount_required"),
    "uni.settle_by": ("invoice", "rowid", "not_at_all"),
    "uni.auto_settlement": ("off", "oldest"),
    "uni.reference_on_gltrans": ("both", "account_side", "none"),
    "uni.postdaily_reply": ("object", "code_only"),
    "uni.checkjournal": ("works", "ArgumentMissing"),
    "uni.use_approved": ("off", "on"),
    # -- Uniconta, change URL
    "uni.hook_method": ("post", "get"),
    "uni.hook_names": ("action", "operation", "question_marks"),
    "uni.hook_argument": ("appended", "as_Argument", "dropped"),
    "uni.hook_self": ("fires", "silent"),
    "uni.hook_storage": ("item_rowid", "storage_rowid"),
    "uni.table_ids": ("known", "shifted"),
    "uni.hook_tables": ("master_only",),
    # Accounting
    "c1st.tie": ("up", "down"),
    "c1st.payouts": ("empty", "present"),
}


class Switches:
    """The readings chosen for this sandbox; every switch starts at its default."""

    def __init__(self) -> None:
        """Start with the default reading everywhere."""
        self._chosen: dict[str, str] = {}

    def get(self, name: str) -> str:
        """Return the reading in force; KeyError for a switch that does not exist."""
        return self._chosen.get(name, READINGS[name][0])

    def set(self, name: str, value: str) -> None:
        """Choose a reading; ValueError names the readings that are allowed."""
        if name not in READINGS:
            raise ValueError(f"there is no switch {name!r}; GET /state lists them all")
        if value not in READINGS[name]:
            allowed = ", ".join(READINGS[name])
            raise ValueError(f"{name} cannot be {value!r}; allowed: {allowed}")
        self._chosen[name] = value

    def reset(self) -> None:
        """Put every switch back to its default."""
        self._chosen.clear()

    def changed(self) -> dict[str, str]:
        """Return the switches that do not stand at their default."""
        return {name: value for name, value in self._chosen.items() if value != READINGS[name][0]}
