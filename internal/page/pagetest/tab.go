// Package pagetest is a browser for the tests of pages: a tab a test, with what
// people do in it and what they see. The browser starts with the first tab and is
// ended by Close. A page that complains on the console fails its test.
package pagetest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// patience is how long a page may take for anything.
const patience = 2 * time.Minute

// screenshotsVariable names a directory that keeps the pictures the tests take.
const screenshotsVariable = "HUIBAO_SCREENSHOTS"

// Look is how somebody sees a page.
type Look struct {
	Language      string // "zh-CN", "en-US" or "ja-JP"
	Theme         string // light or dark
	Width, Height int64
}

// At is a look.
func At(language, theme string, width, height int64) Look {
	return Look{language, theme, width, height}
}

// The looks that matter.
var (
	Wide  = At("zh-CN", "light", 1280, 900)
	Phone = At("zh-CN", "light", 390, 844)
)

// running is the one browser of all tests of a package.
var running struct {
	once   sync.Once
	err    error
	ctx    context.Context //nolint:containedctx // a browser of chromedp is its context
	cancel func()
}

// begin starts the browser, with a profile that is empty.
func begin() {
	profile, err := os.MkdirTemp("", "huibao-page-test-")
	if err != nil {
		running.err = err
		return
	}
	allocator, cancelAllocator := chromedp.NewExecAllocator(context.Background(),
		chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(profile),
		chromedp.Flag("headless", "new"), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true), chromedp.Flag("hide-scrollbars", true),
		// A container may have little shared memory, and a tab is not slower than
		// another because it is not the one in front.
		chromedp.Flag("disable-dev-shm-usage", true), chromedp.Flag("disable-background-timer-throttling", true),
		chromedp.Flag("disable-backgrounding-occluded-windows", true), chromedp.Flag("disable-renderer-backgrounding", true))
	ctx, cancel := chromedp.NewContext(allocator)
	running.ctx = ctx //nolint:fatcontext // a browser of chromedp is its context
	running.cancel = func() {
		cancel()
		cancelAllocator()
		_ = os.RemoveAll(profile) // what is left is in the folder for temporary files
	}
	if err := chromedp.Do(ctx); err != nil {
		running.err = fmt.Errorf("the tests of pages need Chromium: %w", err)
	}
}

// Close ends the browser, if one was started. It belongs at the end of TestMain.
func Close() {
	running.once.Do(func() { running.err = errors.New("the browser was closed") })
	if running.cancel != nil {
		running.cancel()
	}
}

// Tab is a tab whose storage is empty.
type Tab struct {
	T       testing.TB      // whose test it is now
	Context context.Context //nolint:containedctx // a tab of chromedp is its context
	*complaints
}

// Open opens a tab. When the test ends it is closed, and the test fails if the
// page complained.
func Open(t testing.TB) *Tab {
	t.Helper()
	running.once.Do(begin)
	if running.err != nil {
		t.Fatal(running.err)
	}
	ctx, cancel := chromedp.NewContext(running.ctx, chromedp.WithNewBrowserContext())
	ctx, cancelTimeout := context.WithTimeout(ctx, 5*patience)
	tab := &Tab{T: t, Context: ctx, complaints: &complaints{}}
	tab.Do()
	console := chromedp.Console(ctx)
	go func() {
		for message, err := range console {
			if err != nil {
				return
			}
			if message.Type == chromedp.ConsoleError || message.Type == chromedp.ConsoleWarning || message.IsException() {
				tab.add(message.String() + " " + message.URL)
			}
		}
	}()
	t.Cleanup(func() {
		if lines := tab.Unexpected(); len(lines) > 0 {
			t.Errorf("the page complained:\n%s", strings.Join(lines, "\n"))
		}
		cancelTimeout()
		cancel()
	})
	return tab
}

// complaints are what the page wrote to the console that it should not have.
type complaints struct {
	mu       sync.Mutex
	lines    []string
	expected []string
}

func (c *complaints) add(line string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lines = append(c.lines, line)
}

// Expect allows lines that hold one of these texts, whenever they arrive: the
// browser tells of them later than of what caused them.
func (c *complaints) Expect(texts ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.expected = append(c.expected, texts...)
}

// Unexpected are the lines that nobody expected.
func (c *complaints) Unexpected() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(c.lines), func(line string) bool {
		return slices.ContainsFunc(c.expected, func(text string) bool { return strings.Contains(line, text) })
	})
}

// Do runs actions in the tab.
func (tab *Tab) Do(actions ...chromedp.Action[chromedp.Void]) {
	tab.T.Helper()
	if err := chromedp.Do(tab.Context, actions...); err != nil {
		tab.T.Fatal(err)
	}
}

// See sets how the page is seen.
func (tab *Tab) See(l Look) {
	tab.T.Helper()
	agent := emulation.SetUserAgentOverrideParams{UserAgent: "Mozilla/5.0 Chrome/150 Safari/537.36", AcceptLanguage: l.Language}
	if _, err := chromedp.Call(tab.Context, emulation.SetUserAgentOverride, agent); err != nil {
		tab.T.Fatal(err)
	}
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: l.Theme}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}}
	if _, err := chromedp.Call(tab.Context, emulation.SetEmulatedMedia, media); err != nil {
		tab.T.Fatal(err)
	}
	tab.Do(chromedp.EmulateViewport(l.Width, l.Height, chromedp.EmulateScale(1)))
}

// Wait waits until an expression holds, through whatever the page loads meanwhile.
// One that throws, as of what is not there yet, does not hold.
func (tab *Tab) Wait(expression string) {
	tab.T.Helper()
	poll := chromedp.Poll[bool]("(() => { try { return Boolean("+expression+") } catch { return false } })()", chromedp.WithPollingInterval(30*time.Millisecond), chromedp.WithPollingTimeout(patience))
	_, err := chromedp.Run(tab.Context, poll)
	for err != nil && left(err) {
		_, err = chromedp.Run(tab.Context, poll)
	}
	if err != nil {
		tab.T.Errorf("waiting for %s: %v\nthe page complained: %q", expression, err, tab.Unexpected())
		tab.T.Fatal(tab.Keep("failure"))
	}
}

// left reports whether a question was not answered because the page it was asked
// of was left.
func left(err error) bool {
	return slices.ContainsFunc([]string{"Cannot find context", "context was destroyed", "Inspected target navigated", "Not attached to an active page"}, func(text string) bool {
		return strings.Contains(err.Error(), text)
	})
}

// Eval is what an expression is worth in the page.
func Eval[T any](tab *Tab, expression string) T {
	tab.T.Helper()
	value, err := chromedp.Run(tab.Context, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		tab.T.Fatalf("%s: %v", expression, err)
	}
	return value
}

// Texts are the texts of all elements that a selector finds.
func (tab *Tab) Texts(selector string) []string {
	tab.T.Helper()
	return Eval[[]string](tab, fmt.Sprintf(`[...document.querySelectorAll(%q)].map((one) => one.textContent)`, selector))
}

// Is fails the test unless an expression is worth what is wanted.
func Is[T comparable](tab *Tab, expression string, want T) {
	tab.T.Helper()
	if got := Eval[T](tab, expression); got != want {
		tab.T.Errorf("%s is %v, want %v", expression, got, want)
	}
}

// Click clicks the first element that a selector finds, again if it was drawn anew
// between the two.
func (tab *Tab) Click(selector string) {
	tab.T.Helper()
	ctx, cancel := context.WithTimeout(tab.Context, patience)
	defer cancel()
	click := chromedp.Click(chromedp.CSS(selector))
	err := chromedp.Do(ctx, click)
	for err != nil && strings.Contains(err.Error(), "Could not find node") {
		err = chromedp.Do(ctx, click)
	}
	if err != nil {
		tab.T.Errorf("clicking %s: %v", selector, err)
		tab.T.Fatal(tab.Keep("failure"))
	}
}

// Enter presses Enter where the focus is. It is one event, as the browser's own
// are: a page that takes the key keeps it from sending the form, which it cannot
// with the two that chromedp makes of it.
func (tab *Tab) Enter() {
	tab.T.Helper()
	const code = 13
	press := input.DispatchKeyEventParams{Type: "keyDown", Key: "Enter", Code: "Enter", Text: "\r", WindowsVirtualKeyCode: code, NativeVirtualKeyCode: code}
	release := press
	release.Type, release.Text = "keyUp", ""
	for _, event := range []input.DispatchKeyEventParams{press, release} {
		if _, err := chromedp.Call(tab.Context, input.DispatchKeyEvent, event); err != nil {
			tab.T.Fatal(err)
		}
	}
}

// Choose chooses an option of a select by its value, as somebody does who opens
// it and clicks.
func (tab *Tab) Choose(selector, value string) {
	tab.T.Helper()
	tab.Click(selector)
	option := fmt.Sprintf("%s option[value=%q]", selector, value)
	tab.Wait(fmt.Sprintf(`document.querySelector(%q).getBoundingClientRect().height > 0`, option))
	tab.Click(option)
}

// Keep takes a picture of the page and returns where it is.
func (tab *Tab) Keep(name string) string {
	tab.T.Helper()
	picture, err := chromedp.Run(tab.Context, chromedp.CaptureScreenshot())
	if err != nil {
		tab.T.Fatal(err)
	}
	folder := os.Getenv(screenshotsVariable)
	if folder == "" {
		folder = tab.T.TempDir()
	}
	path := filepath.Join(folder, strings.ReplaceAll(tab.T.Name(), "/", "-")+"-"+name+".png")
	if err := os.WriteFile(path, picture, 0o600); err != nil { //nolint:gosec // whoever runs the tests names the folder
		tab.T.Fatal(err)
	}
	return path
}
