package token

import "strings"

// A census counts the tokens in their exact form that pass through unrestored.
type census struct {
	tokens int
	label  int // letters read behind a bracket
	id     int // symbols read behind the underscore
	state  censusState
}

type censusState uint8

const (
	censusText censusState = iota
	censusLabel
	censusID
)

// skip forgets what was begun: a token that is counted elsewhere comes.
func (c *census) skip() { c.state = censusText }

func (c *census) read(s string) {
	for i := 0; i < len(s); i++ {
		if c.state == censusText {
			open := strings.IndexByte(s[i:], '[')
			if open < 0 {
				return
			}
			i += open
			c.state, c.label, c.id = censusLabel, 0, 0
			continue
		}
		switch b := s[i]; {
		case b == '[':
			c.state, c.label, c.id = censusLabel, 0, 0
		case c.state == censusLabel && 'A' <= b && b <= 'Z' && c.label < maxLabel:
			c.label++
		case c.state == censusLabel && b == '_' && c.label >= minLabel:
			c.state = censusID
		case c.state == censusID && c.id < idLen && isSymbol(b):
			c.id++
		case c.state == censusID && b == ']' && c.id == idLen:
			c.tokens++
			c.state = censusText
		default:
			c.state = censusText
		}
	}
}
