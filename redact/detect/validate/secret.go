package validate

import (
	"encoding/base64"
	"encoding/json"
	"hash/crc32"
	"strings"
)

// jwt checks that the first part is a JOSE header (RFC 7515): JSON with "alg".
func jwt(s string) bool {
	head, _, ok := strings.Cut(s, ".")
	if !ok {
		return false
	}
	raw, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(head, "="))
	if err != nil {
		return false
	}
	var header struct {
		Alg string `json:"alg"`
	}
	return json.Unmarshal(raw, &header) == nil && header.Alg != ""
}

const base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// githubToken checks the last six symbols, a CRC-32 in base 62 of the thirty
// before them, as GitHub described it with its token formats of 2021.
func githubToken(s string) bool {
	_, body, ok := strings.Cut(s, "_")
	if !ok || len(body) != 36 {
		return false
	}
	sum := crc32.ChecksumIEEE([]byte(body[:30]))
	for i := 35; i >= 30; i-- {
		if body[i] != base62[sum%62] {
			return false
		}
		sum /= 62
	}
	return true
}

// placeholders are what people write where a secret belongs.
var placeholders = []string{
	"example", "placeholder", "changeme", "change-me", "change_me", "your", "xxxx", "dummy", "redacted",
	"secret-here", "token-here", "key-here", "undefined", "process.env", "os.environ", "getenv",
}

// random tells a generated secret from a word or a placeholder: both letters
// and digits, enough distinct symbols, no telling word.
func random(s string) bool {
	var seen [256]bool
	distinct, letter, digit := 0, false, false
	for i := range len(s) {
		c := s[i]
		letter = letter || isUpper(c) || isLower(c)
		digit = digit || isDigit(c)
		if !seen[c] {
			seen[c] = true
			distinct++
		}
	}
	if !letter || !digit || distinct < min(6, len(s)/2) {
		return false
	}
	return !placeholder(s)
}

// secret is a stricter random, for values whose name is the only other
// evidence: no path, no number with a unit, no dotted or spelled-out name.
func secret(s string) bool {
	if !random(s) || strings.Contains(s, "//") || strings.Contains(s, "${") || strings.Contains(s, "%s") {
		return false
	}
	digits, changes, longest, run := 0, 0, 0, 0
	for i := range len(s) {
		if isDigit(s[i]) {
			digits++
		}
		if i > 0 && kindOf(s[i]) != kindOf(s[i-1]) {
			changes++
		}
		if isLower(s[i]) {
			run++
			longest = max(longest, run)
		} else {
			run = 0
		}
	}
	return changes >= 2 && (longest <= 7 || digits >= 3)
}

// scrambled tells letters in no order from words: capitals and small letters
// change often, and no stretch of small ones is long enough for a word.
func scrambled(s string) bool {
	changes, run := 0, 0
	for i := range len(s) {
		if i > 0 && kindOf(s[i]) != kindOf(s[i-1]) {
			changes++
		}
		if run++; !isLower(s[i]) {
			run = 0
		} else if run > 4 {
			return false
		}
	}
	return changes >= 4 && !placeholder(s)
}

func kindOf(c byte) int {
	switch {
	case isDigit(c):
		return 1
	case isUpper(c):
		return 2
	case isLower(c):
		return 3
	}
	return 4
}

// generated is a weaker random, for a long unbroken value right behind a word
// that names it: no stand-in, enough distinct symbols.
func generated(s string) bool {
	var seen [256]bool
	distinct := 0
	for i := range len(s) {
		if !seen[s[i]] {
			seen[s[i]] = true
			distinct++
		}
	}
	return distinct >= 5 && !placeholder(s)
}

// varied tells a token from its outline: "ghp_xxxxxxxx", at least half x or *.
func varied(s string) bool {
	n := 0
	for i := range len(s) {
		if c := s[i]; c == 'x' || c == 'X' || c == '*' {
			n++
		}
	}
	return 2*n < len(s)
}

// kinds are what stands in quotation marks after "password" in schemas and
// forms.
var kinds = map[string]bool{
	"string": true, "text": true, "password": true, "passwd": true, "secret": true, "required": true,
	"optional": true, "hidden": true, "undefined": true, "number": true, "boolean": true, "object": true,
	"current-password": true, "new-password": true, "protected": true, "invalid": true, "incorrect": true,
	"encrypted": true,
}

// literal tells a password in quotation marks from the name of a kind, a
// stand-in, or program text.
func literal(s string) bool {
	return !kinds[strings.ToLower(s)] && !placeholder(s) && !strings.ContainsAny(s, "()[]") && strings.Trim(s, "*.x_-") != ""
}

// placeholder reports a word that people write where a secret belongs.
func placeholder(s string) bool {
	low := strings.ToLower(s)
	for _, p := range placeholders {
		if strings.Contains(low, p) {
			return true
		}
	}
	return false
}
