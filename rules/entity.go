package rules

import "regexp"

// labels maps each canonical entity to the word its tokens show. Government
// numbers, cards and secrets get neutral words: a model that reads "SSN" beside
// a token is inclined to refuse.
var labels = map[string]string{
	"PERSON":         "PERSON",
	"EMAIL":          "EMAIL",
	"PHONE":          "PHONE",
	"CREDIT_CARD":    "CARD",
	"IBAN":           "IBAN",
	"BANK_ACCOUNT":   "ACCOUNT",
	"US_SSN":         "ID",
	"NATIONAL_ID":    "ID",
	"TAX_ID":         "ID",
	"PASSPORT":       "ID",
	"DRIVER_LICENSE": "ID",
	"MEDICAL_ID":     "ID",
	"VEHICLE_ID":     "VEHICLE",
	"BUSINESS_ID":    "ID",
	"ID_NUMBER":      "ID",
	"IP":             "IP",
	"MAC":            "MAC",
	"URL":            "URL",
	"ADDRESS":        "ADDRESS",
	"LOCATION":       "PLACE",
	"ORG":            "ORG",
	"DATE":           "DATE",
	"DATE_OF_BIRTH":  "DATE",
	"AGE":            "AGE",
	"USERNAME":       "USER",
	"PASSWORD":       "KEY",
	"API_KEY":        "KEY",
	"CRYPTO":         "WALLET",
	"DEVICE_ID":      "DEVICE",
}

// reservedLabel marks shielded literals and cannot be a rule's label.
const reservedLabel = "LITERAL"

var (
	labelShape  = regexp.MustCompile(`^[A-Z]{2,12}$`)
	entityShape = regexp.MustCompile(`^[A-Z][A-Z0-9_]{1,39}$`)
	idShape     = regexp.MustCompile(`^[a-z0-9]+(?:[._-][a-z0-9]+)*$`)
	packShape   = regexp.MustCompile(`^[a-z0-9]+(?:[./_-][a-z0-9]+)*$`)
)

// Label returns the token label of a canonical entity.
func Label(entity string) (string, bool) {
	l, ok := labels[entity]
	return l, ok
}

// IsPackID reports whether a name may be a pack's.
func IsPackID(name string) bool { return packShape.MatchString(name) }
