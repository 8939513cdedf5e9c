"""Tenant files of two invented shops."""

NORDLYS = """\
tenant: {slug: nordlys, name: Nordlys Cykler ApS, timezone: Europe/Copenhagen, status: live}
customers1st:
  base_url: https://api.c1st.com/api
  api_token: "nordlys-token-1"
  webhook_secret: "nordlys-hook-secret-1"
  hook_uuid: "11111111-1111-4111-8111-111111111111"
uniconta:
  base_url: https://api.uniconta.com
  company_id: 70123
  username: c1st
  password: "nordlys-password-1"
  hook_uuid: "22222222-2222-4222-8222-222222222222"
setup:
  default_debtor_group: "1"
  pos_debtor: POS3000
  default_item_group: "1"
  auto_invoice_pos_sales: true
  auto_invoice_debtor_sales: true
  journal: C1ST
  debtor_number: customerno
  settle_at: sale
  cash_account: "5810"
  cash_difference_account: "2910"
  rounding_account: "2920"
  cash_payment_type: Kontant
  debtor_payment_type: Debitor
  day_close_enabled: true
  sales_from: 2026-01-01
  expense_account: "2750"
  bank_account: "5820"
  payment_term: ""
  discount_items: {"25": RABAT25, "0": RABAT0}
  misc_items: {"25": DIV25, "0": DIV0}
  gift_card: {kind: multi, item: GAVEKORT}
  voucher: {kind: multi, item: TILGODE}
  deposit: {kind: multi, item: DEPOSIT}
payment_types:
  - {title: Dankort, account: "5830"}
  - {title: MobilePay, account: "5831"}
registers:
  - {register_id: 1, cash_account: "5810"}
  - {register_id: 2, cash_account: "5811"}
variant_fields:
  xStyleNo: styleno
  xSize: size
  xColor: color
  xCustomField1: customfield1
  xCustomField2: customfield2
  xCustomField3: customfield3
  xCustomField4: customfield4
  xBarcode: alternativebarcode
field_masters:
  product.price: uniconta
  customer.phone: customers1st
webhooks:
  customers1st:
    customer: {created: true, updated: true, deleted: false}
    product: {created: true, updated: true, deleted: false}
    sale: {created: true}
    day_close: {created: true}
  uniconta:
    debtor: {created: true, updated: true, deleted: false}
    item: {created: true, updated: true, deleted: false}
safety:
  customer_to_debtor: 3
  product_to_item: 6
  sale_to_order: 3
  day_close_to_journal: 24
  debtor_to_customer: 6
  item_to_product: 12
"""

FJORD = """\
tenant: {slug: fjord, name: Fjord Fisk A/S, status: draft}
customers1st: {api_token: fjord-token-1, webhook_secret: fjord-hook-secret-1}
uniconta: {company_id: 70999, username: fjord-user, password: fjord-password-1}
setup: {pos_debtor: FJORDPOS, journal: FJ}
payment_types:
  - {title: Fjordkort, account: "6830"}
"""

SECRETS = ("nordlys-token-1", "nordlys-hook-secret-1", "nordlys-password-1")
