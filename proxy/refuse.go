package proxy

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/elazarl/goproxy"

	"coatcheck/proxy/wire"
)

// Reason is why something was refused, opened or passed. It is a closed
// table: a log field and a counter's label, never free text.
type Reason string

// The reasons. Those of refusals have their status and wording in refusals.
const (
	ReasonModelHost   Reason = "model_host"
	ReasonUnknownHost Reason = "unknown_host"

	ReasonUnauthorized  Reason = "unauthorized"
	ReasonNoPassword    Reason = "no_password"
	ReasonBadTarget     Reason = "bad_target"
	ReasonAddressOnly   Reason = "address_only"
	ReasonForbiddenDest Reason = "forbidden_destination"
	ReasonHostMismatch  Reason = "host_mismatch"
	ReasonUnreadHello   Reason = "unread_hello"
	ReasonForeignPage   Reason = "foreign_page"
	ReasonNoProvider    Reason = "no_provider"
	ReasonPlaintext     Reason = "plaintext"
	ReasonUpgrade       Reason = "upgrade"
	ReasonMethod        Reason = "method"

	ReasonTooLarge   Reason = "body_too_large"
	ReasonTooDeep    Reason = "too_deep"
	ReasonMalformed  Reason = "malformed"
	ReasonCoding     Reason = "coding"
	ReasonMediaType  Reason = "media_type"
	ReasonIncomplete Reason = "incomplete_body"
	ReasonBusy       Reason = "busy"

	ReasonScanTimeout Reason = "scan_timeout"
	ReasonScanFailed  Reason = "scan_failed"

	ReasonBlocked     Reason = "blocked"
	ReasonUnplaceable Reason = "unplaceable"
	ReasonTooMany     Reason = "too_many_values"
	ReasonVault       Reason = "vault"
	ReasonSigned      Reason = "signed_body"

	ReasonJournal Reason = "journal"

	ReasonUnreachable Reason = "upstream_unreachable"
	ReasonUpstreamTLS Reason = "upstream_tls"
	ReasonTimeout     Reason = "upstream_timeout"
	ReasonRedirect    Reason = "redirect_off_host"
	ReasonSwitched    Reason = "upstream_switched"
	ReasonGarbled     Reason = "upstream_garbled"

	ReasonUnreadable Reason = "answer_unreadable"

	ReasonTruncated Reason = "upstream_truncated"
	ReasonCanceled  Reason = "client_gone"
	ReasonInternal  Reason = "internal"
)

// refusals is the fail-closed table: what the client is told for each reason.
var refusals = map[Reason]struct {
	status int
	say    string
}{
	ReasonUnauthorized:  {407, "the proxy asks for a user and password"},
	ReasonNoPassword:    {404, "base URLs of this proxy begin with its password, http://LISTEN/~PASSWORD/…, as `coatcheck env` prints them"},
	ReasonBadTarget:     {400, "the request's target is not a host name or an http URL"},
	ReasonAddressOnly:   {403, "this address is an --upstream for base-URL mode; call it as http://LISTEN/ADDRESS/…"},
	ReasonUnknownHost:   {403, "the host is not opened and unknown_hosts is refuse; add it with --host"},
	ReasonForbiddenDest: {403, "the destination is a loopback, link-local or metadata address, or the proxy itself"},
	ReasonHostMismatch:  {421, "the request names another host than the connection was made for"},
	ReasonUnreadHello:   {403, "the connection begins like TLS, but its hello cannot be read, so nobody knows which host it asks for"},
	ReasonForeignPage:   {403, "a web page of another site may not call this proxy"},
	ReasonNoProvider:    {404, "the first path segment must be a known provider or an opened host, as in /openai/v1/… or /api.example.com/…"},
	ReasonPlaintext:     {403, "a model host is not spoken to in clear; use https, --allow-plaintext HOST or an --upstream that names it"},
	ReasonUpgrade:       {426, "protocol upgrades are not inspected yet, so they are refused; use plain HTTP requests"},
	ReasonMethod:        {405, "this method is not forwarded"},
	ReasonTooLarge:      {413, "the request is too large; send it in parts"},
	ReasonTooDeep:       {413, "the body's JSON is nested too deep"},
	ReasonMalformed:     {400, "the body is not valid JSON"},
	ReasonCoding:        {415, "the body's content coding or character encoding cannot be read"},
	ReasonMediaType:     {415, "bodies of this media type cannot be scanned yet"},
	ReasonIncomplete:    {400, "the body ended early"},
	ReasonBusy:          {503, "too many bytes are in flight; try again"},
	ReasonScanTimeout:   {503, "scanning took longer than its deadline"},
	ReasonScanFailed:    {503, "scanning failed"},
	ReasonBlocked:       {403, "a rule blocks what the request contains"},
	ReasonUnplaceable:   {403, "private data stands where it cannot be replaced"},
	ReasonTooMany:       {413, "the request holds too many private values; send it in parts"},
	ReasonVault:         {503, "the vault cannot hold the request's values"},
	ReasonSigned:        {403, "the body is signed by the client and would have to change; use a bearer key"},
	ReasonJournal:       {503, "the log cannot be written"},
	ReasonUnreachable:   {502, "the provider cannot be reached"},
	ReasonUpstreamTLS:   {502, "the provider's certificate does not verify"},
	ReasonTimeout:       {504, "the provider sent no answer in time"},
	ReasonRedirect:      {502, "the provider redirects to a host that is not opened"},
	ReasonSwitched:      {502, "the provider switched protocols unasked"},
	ReasonUnreadable:    {502, "the answer cannot be read, and answers are masked (--answers mask)"},
	ReasonGarbled:       {502, "the provider's answer cannot be read"},
	ReasonTruncated:     {502, "the provider's answer ended early"},
	ReasonCanceled:      {499, "the client went away"}, // nobody reads it
	ReasonInternal:      {500, "an internal fault"},
}

// refusal is a stage's error that has an answer for the client. Where is a
// place in the request that may be shown, as [wire.Leaf] has it; never text.
// Limit says which limit was met, with its number.
type refusal struct {
	reason Reason
	where  string
	limit  string
	err    error
}

func refusing(why Reason, err error) error { return &refusal{reason: why, err: err} }

// overLimit is the refusal of what is over a limit.
func overLimit(why Reason, format string, numbers ...any) error {
	return &refusal{reason: why, limit: fmt.Sprintf(format, numbers...)}
}

// size writes bytes as people do.
func size(n int64) string {
	if n < 10<<20 {
		return fmt.Sprintf("%d bytes", n)
	}
	return fmt.Sprintf("%d MiB", n>>20)
}

func (r *refusal) Error() string {
	s := string(r.reason)
	if r.where != "" {
		s += " at " + r.where
	}
	if r.err != nil {
		s += ": " + r.err.Error()
	}
	return s
}

func (r *refusal) Unwrap() error { return r.err }

// StageError says in which stage an exchange stopped.
type StageError struct {
	Stage string
	Err   error
}

func (e *StageError) Error() string { return e.Stage + ": " + e.Err.Error() }

// Unwrap returns the cause.
func (e *StageError) Unwrap() error { return e.Err }

// reasonOf reads the reason out of a stage's error, and what is to be said of
// it: the place, or the limit.
func reasonOf(err error) (why Reason, note string) {
	if r, ok := errors.AsType[*refusal](err); ok {
		if r.where != "" {
			return r.reason, "at " + r.where
		}
		return r.reason, r.limit
	}
	if errors.Is(err, context.Canceled) {
		return ReasonCanceled, ""
	}
	return ReasonInternal, ""
}

// message is what a person reads: what happened, where or by which limit, what
// to do.
func message(why Reason, note string) string {
	say := refusals[why].say
	if note != "" {
		return fmt.Sprintf("coatcheck: %s (%s)", say, note)
	}
	return "coatcheck: " + say
}

// answer writes a refusal in the provider's own error shape. OpenAI's and
// Anthropic's SDKs read in X-Should-Retry whether the same request can succeed
// later; after bytes have left it must not be sent again.
func answer(w http.ResponseWriter, a *wire.Adapter, exchange string, why Reason, note string, retry bool) {
	if a == nil {
		a = wire.Generic()
	}
	status := refusals[why].status
	body := a.Refuse(wire.Refusal{Status: status, Reason: string(why), Message: message(why, note), Exchange: exchange})
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("X-Should-Retry", strconv.FormatBool(retry))
	if status == http.StatusProxyAuthRequired {
		h.Set("Proxy-Authenticate", `Basic realm="coatcheck"`)
	}
	if status == http.StatusMethodNotAllowed {
		h.Set("Allow", strings.Join(methods, ", "))
	}
	if status == http.StatusUpgradeRequired {
		h.Set("Upgrade", "HTTP/1.1")
		h.Set("Connection", "Upgrade")
	}
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

// retryable reports a reason that passes by itself.
func retryable(why Reason) bool {
	switch why {
	case ReasonBusy, ReasonScanTimeout, ReasonVault, ReasonUnreachable:
		return true
	}
	return false
}

// connectRefusal is the answer to a CONNECT that is refused.
func connectRefusal(r *http.Request, exchange string, why Reason) *http.Response {
	body := wire.Generic().Refuse(wire.Refusal{Status: refusals[why].status, Reason: string(why), Message: message(why, ""), Exchange: exchange})
	resp := goproxy.NewResponse(r, "application/json", refusals[why].status, string(body))
	if why == ReasonUnauthorized {
		resp.Header.Set("Proxy-Authenticate", `Basic realm="coatcheck"`)
	}
	return resp
}
