package proxy

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"coatcheck/redact"
	"coatcheck/redact/plain"
)

// credentialHeaders and credentialParams are the provider's to read. They are
// known by their whole names: what else begins like one may be anybody's data.
// Names of Signature Version 4 are in it for what is signed with a key.
var credentialHeaders = []string{
	"Authorization", "Proxy-Authorization", "Cookie", "X-Api-Key", "Api-Key", "X-Goog-Api-Key",
	"Ocp-Apim-Subscription-Key", "X-Auth-Token", "X-Amz-Security-Token", "X-Amz-Date", "X-Amz-Content-Sha256",
}

var credentialParams = []string{
	"key", "api_key", "api-key", "apikey", "access_token", "token", "sig", "signature",
	"x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-expires", "x-amz-security-token",
	"x-amz-signature", "x-amz-signedheaders",
}

func credentialHeader(name string) bool {
	return slices.Contains(credentialHeaders, http.CanonicalHeaderKey(name))
}

func credentialParam(name string) bool {
	return slices.Contains(credentialParams, strings.ToLower(name))
}

// credentialField is the path of the field that holds a request's credentials.
const credentialField = "credential"

// noCredential are the entities that no provider's key is. Random digits hardly
// ever pass for them.
var noCredential = []string{"EMAIL", "CREDIT_CARD", "IBAN"}

// spareCredentials takes out of what was found what is of no concern: in
// credentials, all but the entities above. Those count as they are written: what
// a JWT or a user's name with a password holds in base64 is the provider's to
// read.
func (x *exchange) spareCredentials(found []redact.Finding) []redact.Finding {
	return slices.DeleteFunc(found, func(f redact.Finding) bool {
		field := &x.request.fields[f.Field]
		return field.Path == credentialField && f.Field >= len(x.request.body.Leaves) &&
			!(slices.Contains(noCredential, f.Entity) && written(f.Entity, field.Text.Reveal(plain.Access{})[f.Start:f.End]))
	})
}

// written reports whether a value stands in a text as it is, and not encoded.
func written(entity, text string) bool {
	if entity == "EMAIL" {
		return strings.Contains(text, "@") || strings.Contains(text, "%40")
	}
	return strings.ToUpper(text) == text
}

// plainParams are parameters whose values are words of an API.
var plainParams = []string{"api-version", "alt", "beta"}

// loggedPath is a request's path and query without what may be a credential:
// nobody knows the names of all of them, so only words of an API are shown.
func loggedPath(u *url.URL) string {
	path := u.EscapedPath()
	if u.RawQuery == "" {
		return path
	}
	parts := strings.Split(u.RawQuery, "&")
	for i, part := range parts {
		name, value, named := strings.Cut(part, "=")
		switch {
		case !named:
			parts[i] = "…"
		case !slices.Contains(plainParams, strings.ToLower(unescapeQuery(name))) || strings.Contains(value, ";"):
			parts[i] = name + "=…"
		}
	}
	return path + "?" + strings.Join(parts, "&")
}
