package detect_test

import (
	"testing"

	"coatcheck/redact/detect"
)

func TestLongest(t *testing.T) {
	for _, c := range []struct {
		expr string
		want int // 0: no bound
	}{
		{`abc`, 3},
		{`(?i)\b\d{2,9}(?!x)`, 9},
		{`é{4}|x`, 4},
		{`(a|bc){3}\1`, 8},
		{`a+`, 0},
		{`(?<=a*)b`, 0},
		{`(`, 0},
	} {
		got, err := detect.Longest(c.expr)
		if got != c.want || (err != nil) != (c.want == 0) {
			t.Errorf("%s: %d, %v; want %d", c.expr, got, err, c.want)
		}
	}
}
