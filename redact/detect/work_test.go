package detect_test

import (
	"strings"
	"testing"

	"coatcheck/redact/detect"
)

// TestCountIsOfTheTextAlone: what a search did is counted, the same every time,
// and grows with the text.
func TestCountIsOfTheTextAlone(t *testing.T) {
	m, err := detect.Compile([]detect.Pattern{{Expr: `\bAC-\d{6}\b`, Max: 9}, {Expr: `\b[a-z]{3,12}=\d\b`, Max: 14}}, detect.Options{})
	if err != nil {
		t.Fatal(err)
	}
	const line = "see AC-104233 and AC-1, size=1 size=22\n"
	count := func(text string) detect.Work {
		t.Helper()
		w, err := m.Count(t.Context(), text)
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
	once := count(line)
	if once.Matches != 2 || once.Runs < once.Matches || once.Stops < once.Runs || once.Reads < len("AC-104233")+len("size=1") {
		t.Errorf("counts do not fit together: %+v", once)
	}
	if again := count(line); again != once {
		t.Errorf("another count: %+v, then %+v", once, again)
	}
	ten := count(strings.Repeat(line, 10))
	if ten.Matches != 20 || ten.Stops < 10*once.Stops || ten.Stops > 11*once.Stops || ten.Runs != 10*once.Runs {
		t.Errorf("ten times the text: %+v, once %+v", ten, once)
	}
	if none := count("nothing"); none != (detect.Work{}) {
		t.Errorf("where nothing can match: %+v", none)
	}
}
