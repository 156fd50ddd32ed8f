package check

import (
	"strings"
	"time"

	"github.com/dlclark/regexp2/v2"
)

// pumpTime is what a search over a pumped text may take. An ordinary search
// over it takes 10 to 100 µs.
const pumpTime = 50 * time.Millisecond

// pumpLength is how long a pumped text is, in runes: what the loops of a
// bounded pattern can hold.
const pumpLength = 320

// slow reports whether a search for expr in prefix and many pumps takes more
// than pumpTime, twice, for a text that ends well or badly. A witness, a text
// that matches, stands at the end of some: the library skips a text that lacks
// a character which the pattern needs. Its error quotes the text, so it is
// dropped.
func slow(expr, prefix, pump, witness string) bool {
	re, err := regexp2.Compile(expr, regexp2.RE2)
	if err != nil || pump == "" {
		return false
	}
	re.MatchTimeout = pumpTime
	body := prefix + strings.Repeat(pump, pumpLength/len([]rune(pump))+1)
	for _, end := range []string{"", "\x00", "!", "\x00" + witness} {
		if timesOut(re, body+end, 2) {
			return true
		}
	}
	return false
}

// timesOut reports whether a search takes too long so many times in a row: once
// may be a busy machine.
func timesOut(re *regexp2.Regexp, text string, times int) bool {
	for range times {
		if _, err := re.MatchString(text); err == nil {
			return false
		}
	}
	return true
}
