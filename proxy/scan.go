package proxy

import (
	"context"
	"errors"
)

// maxFindings is how many values, equal ones counted each, a request may hold.
// It is more than three megabytes of bare addresses.
const maxFindings = 1 << 17

// scan looks at all fields of a request at once. It never skips a field
// because it is new, and a failure of any kind stops the exchange.
func (p *Proxy) scan(ctx context.Context, x *Exchange) error {
	ctx, cancel := context.WithTimeout(ctx, p.cfg.Timeouts.Scan)
	defer cancel()
	found, err := x.rules.engine.Scan(ctx, x.fields)
	switch {
	case err == nil:
		x.Findings = found
		if len(found) > maxFindings {
			return refusing(ReasonTooMany, nil)
		}
		return nil
	case errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, context.DeadlineExceeded):
		return refusing(ReasonScanTimeout, nil)
	default:
		return refusing(ReasonScanFailed, err)
	}
}
