package validate

// proof marks a validator whose pass is evidence by itself. One check digit
// lets a tenth of all numbers through and is a hint; two of them, or one behind
// a date or letters, are proof.
const (
	proof = true
	hint  = false
)

// table is the one list of validators: the engine, the rule files' format and
// the documentation read it.
var table = []Validator{
	// Form and sense of a value, of no country.
	{"email", "", "E-mail address whose domain is no file ending", "RFC 5321", hint, email},
	{"generated", "", "Long unbroken value that is no placeholder", "", hint, generated},
	{"ip", "", "IPv4 or IPv6 address, with or without a prefix length", "RFC 791, RFC 4291", hint, ip},
	{"literal", "", "Quoted password: no name of a kind, no stand-in, no program text", "", hint, literal},
	{"mac", "", "Hardware address that is not one digit repeated", "IEEE 802", hint, mac},
	{"named", "", "Number beside a name for it: no date, no count, no word", "", hint, named},
	{"phone", "", "Telephone number of a possible length that is no date", "ITU-T E.164", hint, phone},
	{"random", "", "Letters and digits in no order that are no placeholder", "", hint, random},
	{"scrambled", "", "Letters in no order: capitals and small ones change often", "", hint, scrambled},
	{"secret", "", "As random, and no path, unit or spelled-out name", "", hint, secret},
	{"varied", "", "Token that is no outline such as ghp_xxxx", "", hint, varied},

	// Check digits and structures of no country.
	{"base58check", "", "Base 58 address with its double SHA-256", "Bitcoin developer reference", proof, base58check},
	{"bech32", "", "Bech32 or Bech32m address", "BIP 173, BIP 350", proof, bech32},
	{"card", "", "Payment card: issuer, length, Luhn", "ISO/IEC 7812-1", proof, card},
	{"eip55", "", "Ethereum address whose letter case is its checksum", "EIP-55", proof, eip55},
	{"github_token", "", "GitHub token with its CRC-32", "GitHub, token formats of 2021", proof, githubToken},
	{"iban", "", "Bank account: country, length, mod 97-10", "ISO 13616, SWIFT IBAN registry", proof, iban},
	{"icao_document", "", "Number of a travel document with its 7-3-1 digit", "ICAO Doc 9303", hint, document},
	{"imei", "", "Mobile equipment number: Luhn, or a software version", "3GPP TS 23.003", hint, imei},
	{"jwt", "", "JSON web token whose header decodes", "RFC 7515", proof, jwt},
	{"lei", "", "Legal entity identifier: mod 97-10", "ISO 17442", proof, lei},
	{"mrz_passport", "", "Machine readable zone of a passport: three check digits", "ICAO Doc 9303 part 4", proof, mrzPassport},
	{"vin", "", "Vehicle number with the check digit of America and China", "ISO 3779, 49 CFR 565", hint, vin},
	{"vin_shape", "", "Vehicle number by its shape", "ISO 3779", hint, vinLike},

	// German-speaking countries, Benelux, France.
	{"at_vnr", "AT", "Insurance number (SVNR)", "ASVG § 460d", hint, atVNR},
	{"be_nrn", "BE", "National number (rijksregisternummer)", "Royal decree of 3 April 1984", proof, beNRN},
	{"be_vat", "BE", "Enterprise and VAT number", "Crossroads Bank for Enterprises", proof, beVAT},
	{"ch_ahv", "CH", "Insurance number (AHV, AVS)", "AHVV art. 133bis, GS1", proof, ahv},
	{"ch_uid", "CH", "Enterprise number (UID)", "Federal Statistical Office, eCH-0097", hint, chUID.pass},
	{"de_idnr", "DE", "Tax identification number (IdNr)", "§ 139b AO, ISO/IEC 7064", hint, deIdNr},
	{"de_kvnr", "DE", "Health insurance number (KVNR)", "§ 290 SGB V", hint, deKVNR},
	{"de_rvnr", "DE", "Pension insurance number (RVNR)", "VKVV § 4", proof, deRVNR},
	{"de_vat", "DE", "VAT number (USt-IdNr)", "VIES, ISO/IEC 7064", hint, iso11x10(9)},
	{"fr_birth", "FR", "Social security number without its key: sex, month, department", "INSEE", hint, frBirth},
	{"fr_nir", "FR", "Social security number (NIR) with its key", "INSEE", proof, frNIR},
	{"fr_siren", "FR", "Company number (SIREN)", "INSEE, ISO/IEC 7812-1", hint, luhnOf(9)},
	{"fr_siret", "FR", "Establishment number (SIRET)", "INSEE, ISO/IEC 7812-1", proof, frSIRET},
	{"fr_spi", "FR", "Tax number (SPI)", "DGFiP, OECD TIN sheets", proof, frSPI},
	{"fr_tva", "FR", "VAT number (TVA)", "VIES", proof, frTVA},
	{"nl_bsn", "NL", "Citizen number (BSN) by the elfproef", "Logisch ontwerp BSN", hint, nlBSN.pass},

	// Southern Europe.
	{"es_cif", "ES", "Number of a legal person (CIF)", "Orden EHA/451/2008", hint, esCIF},
	{"es_nass", "ES", "Social security number (NAF)", "Seguridad Social", proof, esNASS},
	{"es_nif", "ES", "Identity or foreigner number (NIF, DNI, NIE)", "Ministerio del Interior", proof, esNIF},
	{"gr_afm", "GR", "Tax number (AFM)", "VIES", hint, grAFM},
	{"it_cf", "IT", "Fiscal code (codice fiscale)", "Decreto 12 marzo 1974", proof, itCF},
	{"it_iva", "IT", "VAT number (partita IVA)", "Agenzia delle Entrate", proof, itIVA},
	{"pt_cc", "PT", "Citizen card (cartão de cidadão)", "AMA, cartão de cidadão", proof, ptCC},
	{"pt_nif", "PT", "Tax number (NIF)", "VIES", hint, ptNIF.pass},

	// British Isles.
	{"ie_pps", "IE", "Public service number (PPS)", "Department of Social Protection", proof, iePPS},
	{"uk_nhs", "GB", "NHS number", "NHS data dictionary", hint, ukNHS.pass},
	{"uk_nino", "GB", "National Insurance number: prefixes that are issued", "HMRC, NIM39110", hint, ukNINO},
	{"uk_utr", "GB", "Unique taxpayer reference", "OECD TIN sheets", hint, ukUTR},
	{"uk_vat", "GB", "VAT number, old and new counting", "HMRC", hint, ukVAT},

	// Nordic and Baltic countries.
	{"baltic_id", "EE LT", "Personal code of Estonia and Lithuania", "EVS 585", proof, balticID},
	{"dk_cvr", "DK", "Company number (CVR)", "VIES", hint, dkCVR.pass},
	{"fi_hetu", "FI", "Personal identity code (HETU)", "Digital and Population Data Services Agency", proof, fiHETU},
	{"fi_ytunnus", "FI", "Business number (Y-tunnus)", "VIES", hint, fiYtunnus.pass},
	{"is_kt", "IS", "Personal and company number (kennitala)", "Þjóðskrá", hint, isKT.pass},
	{"no_fnr", "NO", "Birth number (fødselsnummer): two check digits", "Skatteetaten", proof, noFNR.pass},
	{"no_konto", "NO", "Bank account number", "Bits AS", hint, noKonto.pass},
	{"no_orgnr", "NO", "Organisation number", "Brønnøysundregistrene", hint, noOrgnr.pass},
	{"se_org", "SE", "Organisation number", "Skatteverket SKV 709", hint, seOrg},
	{"se_pnr", "SE", "Personal or coordination number", "Skatteverket SKV 704, SKV 707", hint, sePNR},

	// Central Europe and the Balkans.
	{"bg_egn", "BG", "Citizen number (EGN)", "GRAO", hint, bgEGN.pass},
	{"cz_ico", "CZ SK", "Company number (IČO)", "VIES", hint, czICO.pass},
	{"cz_rc", "CZ SK", "Birth number (rodné číslo)", "Act 133/2000", proof, czRC},
	{"hr_oib", "HR", "Personal number (OIB)", "ISO/IEC 7064, OIB act", hint, iso11x10(11)},
	{"hu_tax", "HU", "Company tax number (adószám), first eight digits", "VIES", hint, huTax.pass},
	{"jmbg", "BA ME MK RS SI", "Citizen number of the former Yugoslavia (JMBG, EMŠO)", "JMBG act", hint, jmbg.pass},
	{"pl_dowod", "PL", "Identity card number", "Ministry of the interior", hint, plDowod},
	{"pl_nip", "PL", "Tax number (NIP)", "Ministry of finance", hint, plNIP.pass},
	{"pl_passport", "PL", "Passport number", "Ministry of the interior", hint, plPassport},
	{"pl_pesel", "PL", "Citizen number (PESEL)", "Ministry of digital affairs", hint, plPESEL.pass},
	{"pl_regon", "PL", "Company number (REGON) of 9 digits", "GUS", hint, plREGON.pass},
	{"pl_regon14", "PL", "Company number (REGON) of 14 digits", "GUS", proof, plREGON14.pass},
	{"ro_cnp", "RO", "Citizen number (CNP)", "OECD TIN sheets", hint, roCNP.pass},
	{"ro_cui", "RO", "Company number (CUI)", "VIES", hint, roCUI},
	{"si_ddv", "SI", "Tax number (davčna številka)", "VIES", hint, siDDV.pass},

	// Eastern Europe, Central Asia, Turkey.
	{"kz_iin", "KZ", "Individual number (IIN)", "OECD TIN sheets", hint, kzIIN.pass},
	{"ru_inn10", "RU", "Tax number (INN) of a company", "Federal Tax Service", hint, ruINN10.pass},
	{"ru_inn12", "RU", "Tax number (INN) of a person: two check digits", "Federal Tax Service", proof, ruINN12.pass},
	{"ru_ogrn", "RU", "Register number (OGRN, OGRNIP)", "Federal Tax Service", hint, ruOGRN},
	{"ru_snils", "RU", "Insurance number (SNILS)", "Social Fund of Russia", proof, ruSNILS},
	{"tr_tckn", "TR", "Identity number (TCKN): two check digits", "Nüfus Müdürlüğü", proof, trTCKN},
	{"ua_tax", "UA", "Taxpayer number (RNOKPP)", "State Tax Service", hint, uaTax.pass},

	// North America.
	{"ca_sin", "CA", "Social insurance number (SIN)", "ESDC, ISO/IEC 7812-1", hint, luhnOf(9)},
	{"mx_clabe", "MX", "Bank account (CLABE)", "ABM", hint, mxCLABE.pass},
	{"mx_curp", "MX", "Population code (CURP)", "DOF 18 October 2021", proof, mxCURP},
	{"ssn", "US", "Social security number: parts that can be issued", "Social Security Administration", hint, ssn},
	{"us_aba", "US", "Bank routing number: district and check digit", "ABA routing number policy", hint, usABA},
	{"us_dea", "US", "Registration of the Drug Enforcement Administration", "DEA", hint, usDEA},
	{"us_ein", "US", "Employer number: prefixes that are issued", "IRS", hint, usEIN},
	{"us_itin", "US", "Individual taxpayer number: groups that are issued", "IRS", hint, usITIN},
	{"us_npi", "US", "Provider identifier (NPI)", "45 CFR 162.406", hint, usNPI},

	// Latin America.
	{"ar_cbu", "AR", "Bank account (CBU): two check digits", "BCRA", proof, arCBU.pass},
	{"ar_cuit", "AR", "Tax and labour number (CUIT, CUIL)", "AFIP", hint, arCUIT.pass},
	{"br_cnpj", "BR", "Company number (CNPJ), in digits or with letters", "IN RFB 2.229/2024", proof, brCNPJ},
	{"br_cpf", "BR", "Person's number (CPF): two check digits", "Receita Federal", proof, brCPF.pass},
	{"cl_rut", "CL", "Tax and identity number (RUT, RUN)", "SII", hint, clRUT},
	{"co_nit", "CO", "Tax number (NIT)", "DIAN", hint, coNIT},
	{"do_cedula", "DO", "Identity number (cédula)", "JCE, ISO/IEC 7812-1", hint, luhnOf(11)},
	{"ec_cedula", "EC", "Identity number (cédula), also in a RUC", "Registro Civil", hint, ecCedula},
	{"pe_ruc", "PE", "Tax number (RUC)", "SUNAT", hint, peRUC.pass},
	{"sv_dui", "SV", "Identity number (DUI)", "RNPN", hint, svDUI.pass},
	{"uy_ci", "UY", "Identity number (cédula)", "DNIC", hint, uyCI},
	{"ve_rif", "VE", "Tax number (RIF)", "SENIAT", hint, veRIF},

	// Asia and the Pacific.
	{"au_abn", "AU", "Business number (ABN)", "Australian Business Register", proof, auABN},
	{"au_acn", "AU", "Company number (ACN)", "ASIC", hint, auACN.pass},
	{"au_medicare", "AU", "Medicare card", "Services Australia", hint, auMedicare.pass},
	{"au_tfn", "AU", "Tax file number (TFN)", "Australian Taxation Office", hint, auTFN.pass},
	{"cn_ric", "CN", "Resident identity number: province, date, mod 11-2", "GB 11643", proof, cnRIC},
	{"cn_uscc", "CN", "Unified social credit code", "GB 32100", hint, cnUSCC},
	{"hk_id", "HK", "Identity card number (HKID)", "Immigration Department", hint, hkID},
	{"in_aadhaar", "IN", "Aadhaar by Verhoeff", "UIDAI", hint, inAadhaar},
	{"in_gstin", "IN", "Goods and services tax number (GSTIN)", "GSTN", proof, inGSTIN},
	{"jp_my", "JP", "Individual number (My Number)", "Order 85 of 2014", hint, jpMy.pass},
	{"kr_brn", "KR", "Business number", "National Tax Service", hint, krBRN},
	{"kr_rrn", "KR", "Resident or foreigner number: a date and a check digit", "Resident Registration Act", proof, krRRN},
	{"nz_ird", "NZ", "Tax number (IRD)", "Inland Revenue", hint, nzIRD},
	{"sg_nric", "SG", "Identity or foreigner number (NRIC, FIN)", "ICA", proof, sgNRIC},
	{"th_id", "TH", "Citizen and tax number", "Department of Provincial Administration", hint, thID.pass},
	{"tw_id", "TW", "Identity or resident number", "Ministry of the Interior", proof, twID},
	{"vn_tax", "VN", "Tax code (MST)", "General Department of Taxation", hint, vnTax},

	// Middle East and Africa.
	{"il_id", "IL", "Identity number (teudat zehut)", "Population Authority, ISO/IEC 7812-1", hint, luhnOf(9)},
	{"kw_civil", "KW", "Civil number", "PACI", hint, kwCivil.pass},
	{"za_id", "ZA", "Identity number: a date and Luhn", "Department of Home Affairs", proof, zaID},
}
