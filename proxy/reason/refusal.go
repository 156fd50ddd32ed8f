package reason

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"coatcheck/proxy/wire"
)

// Refusal is a reason on its way to a client.
type Refusal struct {
	Reason   Reason
	Where    string // a place in the request that may be shown; empty if there is none
	Exchange string // the id under which the log has it
	Retry    bool   // the same request can succeed later; never once bytes have left
}

// Body is the refusal in a provider's own error shape. It says what happened,
// where, and what to do. Without an adapter the shape is nobody's.
func (r Refusal) Body(a *wire.Adapter) []byte {
	if a == nil {
		a = wire.Generic()
	}
	message := "coatcheck: " + table[r.Reason].say
	if r.Where != "" {
		message += fmt.Sprintf(" (at %s)", r.Where)
	}
	return a.Refuse(wire.Refusal{Status: r.Reason.Status(), Reason: string(r.Reason), Message: message, Exchange: r.Exchange})
}

// Answer writes the refusal. OpenAI's and Anthropic's SDKs read in
// X-Should-Retry whether they are to try again.
func (r Refusal) Answer(w http.ResponseWriter, a *wire.Adapter) {
	status, h := r.Reason.Status(), w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("X-Should-Retry", strconv.FormatBool(r.Retry))
	switch status {
	case http.StatusProxyAuthRequired:
		h.Set("Proxy-Authenticate", Challenge)
	case http.StatusMethodNotAllowed:
		h.Set("Allow", strings.Join(methods, ", "))
	case http.StatusUpgradeRequired:
		h.Set("Upgrade", "HTTP/1.1")
		h.Set("Connection", "Upgrade")
	}
	w.WriteHeader(status)
	_, _ = w.Write(r.Body(a))
}

// Challenge is the Proxy-Authenticate header of who has not said who it is.
const Challenge = `Basic realm="coatcheck"`
