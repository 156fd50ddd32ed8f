// Package reason is the fail-closed table: every reason for which something is
// refused, opened or passed, with what the client is told.
package reason

import (
	"net/http"
	"slices"
)

// Reason is why something was refused, opened or passed. It is a closed
// table: a log field and a counter's label, never free text.
type Reason string

// The reasons. Those of refusals have their status and wording in table.
const (
	ModelHost   Reason = "model_host"
	UnknownHost Reason = "unknown_host"

	Unauthorized  Reason = "unauthorized"
	NoPassword    Reason = "no_password"
	BadTarget     Reason = "bad_target"
	AddressOnly   Reason = "address_only"
	ForbiddenDest Reason = "forbidden_destination"
	HostMismatch  Reason = "host_mismatch"
	UnreadHello   Reason = "unread_hello"
	ForeignPage   Reason = "foreign_page"
	NoProvider    Reason = "no_provider"
	Plaintext     Reason = "plaintext"
	Upgrade       Reason = "upgrade"
	Method        Reason = "method"

	TooLarge   Reason = "body_too_large"
	TooDeep    Reason = "too_deep"
	Malformed  Reason = "malformed"
	Coding     Reason = "coding"
	MediaType  Reason = "media_type"
	Incomplete Reason = "incomplete_body"
	Busy       Reason = "busy"

	ScanTimeout Reason = "scan_timeout"
	ScanFailed  Reason = "scan_failed"

	Blocked     Reason = "blocked"
	Unplaceable Reason = "unplaceable"
	TooMany     Reason = "too_many_values"
	Vault       Reason = "vault"
	Signed      Reason = "signed_body"

	Journal Reason = "journal"

	Unreachable Reason = "upstream_unreachable"
	UpstreamTLS Reason = "upstream_tls"
	Timeout     Reason = "upstream_timeout"
	Redirect    Reason = "redirect_off_host"
	Switched    Reason = "upstream_switched"
	Garbled     Reason = "upstream_garbled"

	Unreadable Reason = "answer_unreadable"

	Truncated Reason = "upstream_truncated"
	Canceled  Reason = "client_gone"
	Shutdown  Reason = "shutdown"
	Internal  Reason = "internal"
)

// table is what the client is told for each reason.
var table = map[Reason]struct {
	status int
	say    string
}{
	Unauthorized:  {407, "the proxy asks for a user and password"},
	NoPassword:    {404, "base URLs of this proxy begin with its password, http://LISTEN/~PASSWORD/…, as `coatcheck env` prints them"},
	BadTarget:     {400, "the request's target is not a host name or an http URL"},
	AddressOnly:   {403, "this address is an --upstream for base-URL mode; call it as http://LISTEN/ADDRESS/…"},
	UnknownHost:   {403, "the host is not opened and unknown_hosts is refuse; add it with --host"},
	ForbiddenDest: {403, "the destination is a loopback, link-local or metadata address, or the proxy itself"},
	HostMismatch:  {421, "the request names another host than the connection was made for"},
	UnreadHello:   {403, "the connection begins like TLS, but its hello cannot be read, so nobody knows which host it asks for"},
	ForeignPage:   {403, "a web page of another site may not call this proxy"},
	NoProvider:    {404, "the first path segment must be a known provider or an opened host, as in /openai/v1/… or /api.example.com/…"},
	Plaintext:     {403, "a model host is not spoken to in clear; use https, --allow-plaintext HOST or an --upstream that names it"},
	Upgrade:       {426, "protocol upgrades are not inspected yet, so they are refused; use plain HTTP requests"},
	Method:        {405, "this method is not forwarded"},
	TooLarge:      {413, "the decoded body, or the memory that reading it takes, is over the limit"},
	TooDeep:       {413, "the body's JSON is nested deeper than the limit"},
	Malformed:     {400, "the body is not valid JSON"},
	Coding:        {415, "the body's content coding or character encoding cannot be read"},
	MediaType:     {415, "bodies of this media type cannot be scanned yet"},
	Incomplete:    {400, "the body ended early"},
	Busy:          {503, "too many bytes are in flight; try again"},
	ScanTimeout:   {503, "scanning took longer than its deadline"},
	ScanFailed:    {503, "scanning failed"},
	Blocked:       {403, "a rule blocks what the request contains"},
	Unplaceable:   {403, "private data stands where it cannot be replaced"},
	TooMany:       {413, "the request holds more private values than the limit; send it in parts"},
	Vault:         {503, "the vault cannot hold the request's values"},
	Signed:        {403, "the body is signed by the client and would have to change; use a bearer key"},
	Journal:       {503, "the log cannot be written"},
	Unreachable:   {502, "the provider cannot be reached"},
	UpstreamTLS:   {502, "the provider's certificate does not verify"},
	Timeout:       {504, "the provider sent no answer in time"},
	Redirect:      {502, "the provider redirects to a host that is not opened"},
	Switched:      {502, "the provider switched protocols unasked"},
	Unreadable:    {502, "the answer cannot be read, and answers are masked (--answers mask)"},
	Garbled:       {502, "the provider's answer cannot be read"},
	Truncated:     {502, "the provider's answer ended early"},
	Canceled:      {499, "the client went away"}, // nobody reads it
	Shutdown:      {503, "the proxy is stopping"},
	Internal:      {500, "an internal fault"},
}

// Methods are those that are forwarded. A method is a word of the client's, so
// an unknown one could say anything.
func Methods() []string { return slices.Clone(methods) }

var methods = []string{
	http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions,
}

// Status is the status that the client gets.
func (r Reason) Status() int { return table[r].status }

// Retryable reports a reason that passes by itself.
func (r Reason) Retryable() bool {
	switch r {
	case Busy, ScanTimeout, Vault, Unreachable, Shutdown:
		return true
	}
	return false
}
