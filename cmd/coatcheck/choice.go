package main

import (
	"strings"

	"github.com/urfave/cli/v2"
)

// choice is a flag that takes one of a few words, which completion offers.
type choice struct {
	*cli.StringFlag
	of []string
}

// choose refuses all other words as soon as the flag is given.
func choose(f *cli.StringFlag, of ...string) choice {
	f.Action = func(_ *cli.Context, word string) error {
		for _, known := range of {
			if word == known {
				return nil
			}
		}
		return usage("--%s %q: want %s", f.Name, word, either(of))
	}
	return choice{f, of}
}

// either lists words as a sentence does.
func either(words []string) string {
	last := len(words) - 1
	if last < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// outputFlag is --output of the commands that write text and JSON lines.
func outputFlag() cli.Flag {
	return choose(&cli.StringFlag{Name: "output", Value: "text", Usage: "`FORMAT`: text, or json for a program"}, "text", "json")
}

// wantsJSON reads --output.
func wantsJSON(c *cli.Context) bool { return c.String("output") == "json" }
