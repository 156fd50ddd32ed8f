package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// run is the whole program: it returns the exit code.
func run(ctx context.Context, args []string, std stdio) int {
	if err := harden(); err != nil {
		return report(std.err, err)
	}
	out := &sure{Writer: std.out}
	std.out = out
	app := newApp(std)
	if err := checkVariables(app, os.Environ()); err != nil {
		return report(std.err, err)
	}
	err := app.RunContext(ctx, flagsFirst(app, args))
	if out.err != nil && !errors.Is(err, out.err) {
		err = errors.Join(err, out.err)
	}
	return report(std.err, err)
}

func newApp(std stdio) *cli.App {
	app := &cli.App{
		Name:            "coatcheck",
		Usage:           "check personal data in at the door of a hosted model, and hand it back on the way out",
		UsageText:       "coatcheck COMMAND [options]\n\nTry it:  coatcheck demo\nUse it:  coatcheck run -- python app.py",
		Reader:          std.in,
		Writer:          std.out,
		ErrWriter:       std.err,
		HideHelpCommand: true,
		HideVersion:     true,
		ExitErrHandler:  func(*cli.Context, error) {}, // report prints and picks the code
		OnUsageError:    onUsageError,
		Commands: []*cli.Command{
			demoCommand(std), runCommand(std), serveCommand(std), envCommand(std),
			scanCommand(std), rulesCommand(std), evalCommand(std), logsCommand(std), keysCommand(std), caCommand(std),
			healthCommand(std), recipeCommand(std), versionCommand(std),
		},
		Action: func(c *cli.Context) error { return noCommand(c, c.App.Commands) },
	}
	eachCommand(app.Commands, func(c *cli.Command) {
		c.OnUsageError = onUsageError
		c.HideHelpCommand = true
		if c.Action == nil {
			c.Action = func(ctx *cli.Context) error { return noCommand(ctx, c.Subcommands) }
			return
		}
		if c.ArgsUsage == "" && c.UsageText == "" { // those that take words say so
			c.Before = noArguments
		}
		if !slices.ContainsFunc(c.Flags, func(f cli.Flag) bool { return f.Names()[0] == "state" }) {
			c.Flags = append(c.Flags, &cli.StringFlag{Name: "state", Hidden: true}) // scripts may give it to every command
		}
	})
	return app
}

// noArguments refuses words that a command would ignore.
func noArguments(c *cli.Context) error {
	if c.NArg() > 0 {
		return usage("%s takes no argument, and was given %q", c.Command.HelpName, c.Args().First())
	}
	return nil
}

func eachCommand(list []*cli.Command, do func(*cli.Command)) {
	for _, c := range list {
		do(c)
		eachCommand(c.Subcommands, do)
	}
}

// onUsageError replaces the library's habit of printing the whole help.
func onUsageError(c *cli.Context, err error, _ bool) error {
	name := strings.TrimSpace(strings.TrimPrefix(c.Command.HelpName, "coatcheck"))
	if text, ok := strings.CutSuffix(err.Error(), ": parse error"); ok {
		err = fmt.Errorf("%s: want a number with its unit, such as 90s or 15m", text)
	}
	return &usageError{err: err, hint: strings.TrimSpace("see coatcheck "+name) + " --help"}
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
	return &usageError{
		err:  fmt.Errorf("unknown command %q", c.Args().First()),
		hint: "the commands are " + strings.Join(names, ", "),
	}
}

// flagsFirst moves flags in front of positional arguments, because the
// library reads a flag behind one as an argument, silently. What follows
// "--", and everything behind `run`'s own flags, is another program's.
func flagsFirst(app *cli.App, args []string) []string {
	var cmd *cli.Command
	list, at := app.Commands, 1
	for at < len(args) {
		i := slices.IndexFunc(list, func(c *cli.Command) bool { return c.HasName(args[at]) })
		if i < 0 {
			break
		}
		cmd, list, at = list[i], list[i].Subcommands, at+1
	}
	if cmd == nil || cmd.Name == "run" {
		return args
	}
	head := slices.Clone(args[:at])
	var flags, rest []string
	for i := at; i < len(args); i++ {
		arg := args[i]
		switch {
		case arg == "--":
			if len(rest) > 0 && cmd.Name != "diff" { // the library passes it on behind a word
				i++
			}
			rest = append(rest, args[i:]...)
			i = len(args)
		case !strings.HasPrefix(arg, "-") || arg == "-":
			rest = append(rest, arg)
		default:
			flags = append(flags, arg)
			if takesValue(cmd, arg) && i+1 < len(args) {
				i++
				flags = append(flags, args[i])
			}
		}
	}
	return slices.Concat(head, flags, rest)
}

func takesValue(cmd *cli.Command, arg string) bool {
	name := strings.TrimLeft(arg, "-")
	if strings.Contains(name, "=") {
		return false
	}
	for _, f := range cmd.Flags {
		if _, isBool := f.(*cli.BoolFlag); !isBool && slices.Contains(f.Names(), name) {
			return true
		}
	}
	return false
}

// say prints one line of ours to a person.
func say(w io.Writer, format string, a ...any) {
	fmt.Fprintf(w, "coatcheck: "+format+"\n", a...)
}
