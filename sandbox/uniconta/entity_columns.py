"""The columns of every entity, as in contracts/uniconta.md section 11 (notation: sandbox/uniconta/entities.py)."""

from sandbox.uniconta.columns import parse_columns

_DIMENSIONS = "Dimension1:s Dimension2:s Dimension3:s Dimension4:s Dimension5:s"
_DIMENSIONS_READ_ONLY = _DIMENSIONS.replace(":s", ":s!")

_TEXTS = {
    "CompanyClient": """
        PrimaryKeyId:i! CompanyName:s60 Country:country Currency:s GroupCurrency:s Id:s20 VatNumber:s20
        DebtorAccountLen:i AutoSettlement:AutoSettlement OrderLineStorage:Storage AllowNegativStock:b
        Dim1:s15 Dim2:s15 Dim3:s15 Dim4:s15 Dim5:s15
        Variant1:s15 Variant2:s15 Variant3:s15 Variant4:s15 Variant5:s15
        NJournal:i! TransCount:i! LastPosting:dt!
    """,
    "DebtorClient": f"""
        Account:s20 Name:s100 Address1:s60 Address2:s60 Address3:s60 ZipCode:s12 City:s30 Country:country
        CountryName:s! Group:s CompanyRegNo:s20 VatNumber:s20 EAN:s13 Phone:s30 MobilPhone:s30
        ContactPerson:s50 ContactEmail:s200 InvoiceEmail:s200 Currency:s Payment:s PriceList:s LayoutGroup:s
        Employee:s PriceGroup:i Vat:s VatZone:VatZone VatOperation:s PricesInclVat:b InvoiceAccount:s
        PostingAccount:s CreditMax:d EndDiscountPct:d LineDiscountPct:d Blocked:b CurBalance:d! Overdue:d!
        CurBalanceCur:d! OverdueCur:d! DeliveryName:s60 DeliveryAddress1:s60 DeliveryAddress2:s60
        DeliveryAddress3:s60 DeliveryZipCode:s12 DeliveryCity:s30 DeliveryCountry:country UserLanguage:s
        InvoiceInXML:s EmailDocuments:b Created:dt! LastInvoice:dt! {_DIMENSIONS}
    """,
    "DebtorGroupClient": """
        Group:s20 Name:s40 IsDefault:b SummeryAccount:s RevenueFollowDC:RevenueFollow RevenueAccount:s
        RevenueAccount1:s RevenueAccount2:s RevenueAccount3:s RevenueAccount4:s SalesVat:s SalesVat1:s
        SalesVat2:s SalesVat3:s SalesVat4:s AutoNumber:s InvoiceSerie:s EndDiscountAccount:s DiscountAccount:s
        DiscountAccountOffset:s SettlementDiscountAccount:s MandatoryItem:b CompressPosting:b UseFirstIfBlank:b
        LayoutGroup:s PriceList:s PriceGroup:i
    """,
    "InvItemClient": f"""
        Item:s40 Name:s1000 EAN:s20 ItemType:ItemType CostModel:CostModel Group:s SalesPrice1:d SalesPrice2:d
        SalesPrice3:d Currency1:s Currency2:s Currency3:s PurchaseCurrency:s PurchasePrice:d CostPrice:d
        CostValue:d! AverageCost:d! Qty:d! QtyOnStock:d! QtyReserved:d! QtyOrdered:d! Available:d!
        AvailableForReservation:d! Unit:s SalesUnit:s Decimals:i UseStorage:b Blocked:b HideInSales:b
        HideInPurchase:b Warehouse:s Location:s MinStockLevel:d MaxStockLevel:d UseVariants:b BrandGroup:s
        CategoryGroup:s DiscountGroup:s StatisticsGroup:s SupplierItemId:s100 {_DIMENSIONS} Created:dt!
    """,
    "InvGroupClient": """
        Group:s20 Name:s30 IsDefault:b UseFirstIfBlank:b PostCostOfGoodSoldOnService:b RevenueAccount:s
        RevenueAccount1:s RevenueAccount2:s RevenueAccount3:s RevenueAccount4:s PurchaseAccount:s CostAccount:s
        InvAccount:s InvReceipt:s LossProfit:s Revaluation:s JournalOffset:s SalesVat:s SalesVat1:s SalesVat2:s
        SalesVat3:s SalesVat4:s PurchaseVat:s AutoNumber:s
    """,
    "DebtorOrderClient": """
        PrimaryKeyId:i! OrderNumber:i Account:s PricesInclVat:b Group:s PriceList:s LayoutGroup:s
        InvoiceAccount:s PostingAccount:s Currency:s Payment:s Vat:s Employee:s EndDiscountPct:d OurRef:s20
        YourRef:s Requisition:s Remark:s ReferenceNumber:s50 DeleteOrder:b DeleteLines:b DeliveryName:s
        DeliveryAddress1:s DeliveryZipCode:s DeliveryCity:s DeliveryDate:dt OrderTotal:d! TotalBeforeVAT:d!
        Name:s! InvoiceEmail:s! CurBalance:d! SalesValue:d! Margin:d! MarginRatio:d! LastPackNote:i Offer:i
        UpdatingItems:b Created:dt!
    """,
    "DebtorOrderLineClient": """
        OrderNumber:s LineNumber:i Item:s Text:s Qty:d Price:d DiscountPct:d Discount:d Total:d! DoInvoice:b
        Storage:Storage Unit:s Vat:s Warehouse:s Location:s EAN:s Currency:s Note:s CostPrice:d Date:dt
        ReferenceNumber:s50 Variant1:s Variant2:s Variant3:s Variant4:s Variant5:s DeleteLine:b OrderNumberOrg:i!
        QtyNow:d QtyDelivered:d! QtyInvoiced:d!
    """,
    "DebtorInvoiceClient": """
        PrimaryKeyId:i! InvoiceNumber:i! Date:dt! OrderNumber:i! Account:s! Name:s! NetAmount:d! VatAmount:d!
        TotalAmount:d! Currency:s! ExchangeRate:d! DueDate:dt! Payment:s! Voucher:i! NumberSerie:s!
        JournalPostedId:i! OurRef:s! YourRef:s! Requisition:s! ReferenceNumber:s! PricesInclVat:b! CashPayment:d!
        CreditnoteDate:dt! GraceDate:dt! MobilePayLink:s! CostValue:d! Margin:d! SalesValue:d! PackNote:i! Offer:i!
    """,
    "DebtorInvoiceLines": """
        Item:s! Text:s! Qty:d! InvoiceQty:d! SalesPrice:d! InvoicePrice:d! NetAmount:d! Total:d! DiscountPct:d!
        Vat:s! Warehouse:s! OrderNumber:i! InvoiceNumber:i! Date:dt! PostingAccount:s!
    """,
    "DebtorTransOpenClient": """
        Account:s! Name:s! DeliveryAccount:s! Date:dt! DueDate:dt! Invoice:i! Voucher:i! Text:s! Amount:d!
        AmountOpen:d! AmountCur:d! AmountOpenCur:d! Debit:d! Credit:d! Currency:s! PostType:DCPostType!
        OrderNumber:i! ReferenceNumber:s! Payment:s! PrimaryKeyId:i! Vat:s! PaymentFormat:s! PaymentStatus:s!
        Code:s! StatusInfo:s1000! CollectionsLetters:i! SendTime:dt! LastInterest:dt! LastCollectionLetter:dt!
        FeeAmount:d! PaymentCharge:d!
    """,
    "GLAccountClient": """
        Account:s20 Name:s150 AccountType:GLAccountType Vat:s VatOperation:s MandatoryTax:s
        DefaultOffsetAccountType:AccountType DefaultOffsetAccount:s20 Blocked:b BlockedInJournal:b Currency:s
        DebetCredit:s SystemAccount:s StandardAccount:s Balance:d! ThisYear:d! PrevYear:d! Reconciled:dt
        ExternalNo:s20 Lookup:s10 Comment:s150 Dim1Parm:i Dim2Parm:i Dim3Parm:i Dim4Parm:i Dim5Parm:i
    """,
    "GLVatClient": """
        Vat:s20 Name:s50 Account:s OffsetAccount:s VatType:VatType Method:VatMethod TypeSales:s TypeBuy:s Rate:d
        RateAfterDate:d Rate2:d Date:dt FollowAccount:b Blocked:b UsedSalesVat:b ShowZeroOnInvoice:b ExternalCode:s20
    """,
    "GLTransClient": f"""
        Date:dt! DocumentDate:dt! Account:s! Voucher:i! VoucherLine:i! Invoice:i! JournalPostedId:i! Amount:d!
        AmountCur:d! AmountVat:d! AmountBase:d! Vat:s! Text:s! TransType:s! Currency:s! NumberSerie:s! Origin:s!
        ReferenceNumber:s! DCType:AccountType! DCAccount:s! {_DIMENSIONS_READ_ONLY}
    """,
    "GLDailyJournalClient": """
        Journal:s10 Name:s30 NumberSerie:s DefaultAccountType:AccountType DefaultOffsetAccountType:AccountType
        Account:s20 OffsetAccount:s20 Vat:s TransType:s Blocked:b GenerateVoucher:b OneVoucherForAll:b
        NewVoucherPerLine:b ManualAllocation:b VoucherMustBeZero:b DateMustBeZero:b NoVATCalculation:b DeleteLines:b
        UseApproved:b EmptyAccountOnHold:b TwoVatCodes:b UseDCVat:b CheckForInvoice:b AutoSave:b GenOffsetAmount:b
        AssignVoucher:s DateFunction:s VATCalcMethod:s SettleValue:SettleValue NumberOfLines:i!
    """,
    "GLDailyJournalLineClient": f"""
        Journal:s LineNumber:d PrimaryKey1Id:i! PrimaryKey2Id:i! Date:dt DocumentDate:dt DueDate:dt
        AccountType:AccountType OffsetAccountType:AccountType Account:s OffsetAccount:s Debit:d Credit:d Amount:d
        Currency:s DebitCur:d CreditCur:d AmountCur:d Vat:s OffsetVat:s VatOperation:s VatOffsetOperation:s
        EnteredVatAmount:d Voucher:i Invoice:s40 DCPostType:DCPostType SettleValue:SettleValue Settlements:s8000
        ForceSettlement:b Text:s50 TransType:s Payment:s PaymentMethod:s PaymentId:s50 Note:s300
        ReferenceNumber:s50 Approved:b OnHold:b DocumentRef:i OrderNumber:i UsedCachDiscount:d Qty:d {_DIMENSIONS}
        Project:s Employee:s AccountName:s! OffsetAccountName:s!
    """,
    "PaymentTermClient": """
        Payment:s20 Name:s100 IsDefault:b PaymentMethod:PaymentMethod Days:i GraceDays:i Account:s OffsetAccount:s
        DebtorAccount:s CashDiscountPct:d PartialPayment:b EndOfMonth:b Weekend2Monday:b PostOnDC:b
    """,
    "NumberSerieClient": """
        Serie:s20 Name:s30 FirstValue:i LastValue:i Next:i Length:i Prefix:s10 Blocked:b Manual:b InUse:b! Usage:s
    """,
    "TableFieldsClient": """
        TableNo:i Name:s40 Prompt:s50 Type:FieldType Length:i FieldNumber:i! Index:i! Mandatory:b Hide:b ReadOnly:b
        MultiLine:b Format:s2000 RefTable:s GroupName:s30
    """,
    "TableChangeEventClient": """
        TableId:i Url:s300 Argument:s300 UsePost:i OnlyOnCreate:b Disable:b Job:s HasError:b ErrorMessage:s!
        LastEvent:dt!
    """,
}
COLUMNS = {name: parse_columns(text) for name, text in _TEXTS.items()}
