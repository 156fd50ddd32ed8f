package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/urfave/cli/v2"
)

// helpWidth is how many columns help takes: those of a terminal that nobody
// made wider, so that help reads the same in a pager, a mail and an issue.
const helpWidth = 80

func helpCommand(std stdio) *cli.Command {
	return &cli.Command{
		Name:      "help",
		Usage:     "show what a command does",
		UsageText: "coatcheck help [COMMAND…]",
		Action: func(c *cli.Context) error {
			words := c.Args().Slice()
			cmd, rest := found(c.App.Commands, words)
			text := c.App.CustomAppHelpTemplate
			switch {
			case len(rest) > 0:
				return &usageError{err: fmt.Errorf("no command %q to help with", strings.Join(words, " ")), hint: "coatcheck --help lists them"}
			case cmd != nil:
				text = cmd.CustomHelpTemplate
			}
			_, err := io.WriteString(std.out, text)
			return err
		},
	}
}

// helpOf writes the help of a command whose whole name is given, "" for the
// program's: how it is called, what is said of it, its commands and flags.
func helpOf(name string, c *cli.Command) string {
	var b strings.Builder
	if name == "" {
		name = c.Name
	}
	paragraph(&b, 0, 0, name+": "+c.Usage)
	text := c.UsageText
	switch {
	case text != "":
	case len(c.Subcommands) > 0:
		text = name + " COMMAND"
	default:
		text = name + " [options]"
	}
	b.WriteString("\nUSAGE\n")
	for line := range strings.SplitSeq(text, "\n") {
		b.WriteString(strings.TrimRight("  "+line, " ") + "\n")
	}
	if c.Description != "" {
		b.WriteString("\n")
		for p := range strings.SplitSeq(c.Description, "\n") {
			if strings.HasPrefix(p, "  ") { // an example, as it is typed
				b.WriteString(p + "\n")
				continue
			}
			paragraph(&b, 0, 0, p)
		}
	}
	if len(c.Subcommands) > 0 {
		b.WriteString("\nCOMMANDS\n")
		for _, sub := range c.Subcommands {
			if !sub.Hidden {
				row(&b, sub.Name, sub.Usage)
			}
		}
	}
	if list := flagRows(c.Flags); len(list) > 0 {
		b.WriteString("\nOPTIONS\n")
		for _, r := range list {
			row(&b, r[0], r[1])
		}
	}
	return b.String()
}

// flagRows words each flag that is shown: how it is written, and what it does.
func flagRows(flags []cli.Flag) (rows [][2]string) {
	for _, f := range flags {
		d, ok := f.(cli.DocGenerationFlag)
		if v, shown := f.(cli.VisibleFlag); !ok || !shown || !v.IsVisible() {
			continue
		}
		_, isBool := f.(*cli.BoolFlag)
		usage, value := unquote(d.GetUsage())
		left := dashed(f.Names()[0])
		if value != "" {
			left += " " + value
		}
		if def := strings.Trim(d.GetDefaultText(), `"`); !isBool && def != "" {
			usage += " (default: " + def + ")"
		}
		if env := d.GetEnvVars(); len(env) > 0 {
			usage += " [$" + strings.Join(env, ", $") + "]"
		}
		rows = append(rows, [2]string{left, usage})
	}
	return rows
}

// unquote takes the name of a flag's value, in back-quotes, out of its usage.
func unquote(usage string) (text, value string) {
	before, rest, _ := strings.Cut(usage, "`")
	value, after, quoted := strings.Cut(rest, "`")
	if !quoted {
		return usage, ""
	}
	return before + value + after, value
}

// helpColumn is where the second column begins.
const helpColumn = 26

func row(b *strings.Builder, left, right string) {
	fmt.Fprintf(b, "  %-*s", helpColumn-2, left)
	if len(left) > helpColumn-4 {
		fmt.Fprintf(b, "\n%*s", helpColumn, "")
	}
	paragraph(b, helpColumn, helpColumn, right)
}

// paragraph breaks text into lines. The first begins where the writer stands,
// at a column; the others are indented.
func paragraph(b *strings.Builder, at, indent int, text string) {
	for i, word := range strings.Fields(text) {
		n := len([]rune(word))
		if i > 0 && at+1+n > helpWidth {
			b.WriteString("\n" + strings.Repeat(" ", indent))
			at = indent
		} else if i > 0 {
			b.WriteByte(' ')
			at++
		}
		b.WriteString(word)
		at += n
	}
	b.WriteByte('\n')
}
