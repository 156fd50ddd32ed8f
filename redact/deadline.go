package redact

import (
	"context"
	"fmt"
)

// glance is how many steps of a loop go by between two looks at the context. A
// step is a match to judge, which takes about a microsecond, or less.
const glance = 64

// look returns the context's error, asked for at each glance-th step: a scan
// ends soon after its deadline, wherever it is.
func look(ctx context.Context, step int) error {
	if step%glance != 0 {
		return nil
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("scan: %w", err)
	}
	return nil
}
