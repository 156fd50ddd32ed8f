package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"coatcheck/rules"
)

// noArguments refuses words that a command would ignore.
func noArguments(c *cli.Context) error {
	if c.NArg() > 0 {
		return usage("%s takes no argument, and was given %q", c.Command.HelpName, c.Args().First())
	}
	return nil
}

// onUsageError replaces the library's habit of printing the whole help, and its
// name of a flag, which has one dash whatever was typed.
func onUsageError(c *cli.Context, err error, _ bool) error {
	command := strings.TrimSpace("coatcheck " + strings.TrimSpace(strings.TrimPrefix(c.Command.HelpName, "coatcheck")))
	hint := "see " + command + " --help"
	if name, ok := strings.CutPrefix(err.Error(), "flag provided but not defined: -"); ok {
		err = fmt.Errorf("%s has no flag --%s", command, name)
		if near, ok := rules.Nearest(name, flagNames(c.Command.Flags)); ok {
			hint = "did you mean --" + near + "? " + hint
		}
	}
	if text, ok := strings.CutSuffix(err.Error(), ": parse error"); ok {
		err = fmt.Errorf("%s: want a number with its unit, such as 90s or 15m", text)
	}
	return &usageError{err: err, hint: hint}
}

// flagNames lists the long names of the flags that a person is shown.
func flagNames(flags []cli.Flag) (names []string) {
	for _, f := range flags {
		if v, ok := f.(cli.VisibleFlag); ok && v.IsVisible() {
			names = append(names, f.Names()[0])
		}
	}
	return names
}

// noCommand answers a missing or unknown verb; without it the library prints
// "No help topic" and exits 3.
func noCommand(c *cli.Context, known []*cli.Command) error {
	if !c.Args().Present() {
		return cli.ShowSubcommandHelp(c)
	}
	var names []string
	for _, k := range known {
		names = append(names, k.Name)
	}
	word := c.Args().First()
	hint := "the commands are " + strings.Join(names, ", ")
	if near, ok := rules.Nearest(word, names); ok {
		hint = fmt.Sprintf("did you mean %s %s?", c.Command.HelpName, near)
	}
	return &usageError{err: fmt.Errorf("unknown command %q", word), hint: hint}
}

// found walks down to the command that the words name; rest is behind it.
func found(list []*cli.Command, words []string) (cmd *cli.Command, rest []string) {
	for len(words) > 0 {
		i := slices.IndexFunc(list, func(c *cli.Command) bool { return c.HasName(words[0]) })
		if i < 0 {
			break
		}
		cmd, list, words = list[i], list[i].Subcommands, words[1:]
	}
	return cmd, words
}

// flagsFirst moves flags in front of positional arguments, because the
// library reads a flag behind one as an argument, silently. What follows
// "--", and everything behind `run`'s own flags, is another program's.
func flagsFirst(app *cli.App, args []string) []string {
	cmd, words := found(app.Commands, args[min(1, len(args)):])
	if cmd == nil || cmd.Name == "run" || cmd.SkipFlagParsing {
		return args
	}
	head := args[:len(args)-len(words)]
	var flags, rest []string
	for i := 0; i < len(words); i++ {
		arg := words[i]
		switch {
		case arg == "--":
			if len(rest) > 0 && cmd.Name != "diff" { // the library passes it on behind a word
				i++
			}
			rest = append(rest, words[i:]...)
			i = len(words)
		case !strings.HasPrefix(arg, "-") || arg == "-":
			rest = append(rest, arg)
		default:
			flags = append(flags, arg)
			if valued(cmd, arg) != nil && i+1 < len(words) {
				i++
				flags = append(flags, words[i])
			}
		}
	}
	return slices.Concat(head, flags, rest)
}

// valued returns the flag that arg names if the next word is its value.
func valued(cmd *cli.Command, arg string) cli.Flag {
	name := strings.TrimLeft(arg, "-")
	for _, f := range cmd.Flags {
		if _, isBool := f.(*cli.BoolFlag); !isBool && slices.Contains(f.Names(), name) {
			return f
		}
	}
	return nil
}
