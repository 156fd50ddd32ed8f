package proxy

import (
	"context"
	"errors"

	"coatcheck/proxy/reason"
	"coatcheck/redact"
)

// MaxFindings is how many values, equal ones counted each, a request may hold.
// It is more than three megabytes of bare addresses. An engine with this bound
// ends a scan that finds more; of another engine the proxy refuses the findings.
const MaxFindings = 1 << 17

const (
	// findingCost is what a finding takes until its exchange is over, in bytes:
	// in the list, its edit in three forms, its token, and what restores that.
	findingCost = 1 << 10
	// textCost is what the search of a text takes for each byte of it, at worst,
	// when every second word is a match in several readings. Fields are searched
	// one after the other.
	textCost = 48
	// encodedCost is the same for base64, which encodes images nearly always: one
	// decoded reading. Text behind it can take as much as any text.
	encodedCost = 4
)

// scanCost is what the scan takes while it lasts, in bytes.
func (x *exchange) scanCost() (most int64) {
	for _, l := range x.request.body.Leaves {
		per := int64(textCost)
		if l.Encoded {
			per = encodedCost
		}
		most = max(most, per*int64(len(l.Text)))
	}
	return most
}

// scan looks at all fields of a request at once. It never skips a field
// because it is new, and a failure of any kind stops the exchange.
func (p *Proxy) scan(ctx context.Context, x *exchange) error {
	cost := x.scanCost()
	if err := p.hold(x, cost); err != nil {
		return err
	}
	defer p.release(x, cost)
	x.request.unscanned = unscanned(x.request.body.Leaves)
	ctx, cancel := context.WithTimeout(ctx, p.cfg.Limits.Scan)
	defer cancel()
	found, err := x.rules.engine.Scan(ctx, x.request.fields)
	x.request.findings = found
	switch {
	case errors.Is(err, redact.ErrTooMany), len(found) > MaxFindings:
		return refusing(reason.TooMany, nil)
	case err == nil:
		return p.hold(x, findingCost*int64(len(found)))
	case errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, context.DeadlineExceeded):
		return refusing(reason.ScanTimeout, nil)
	default:
		return refusing(reason.ScanFailed, err)
	}
}
