package page_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"syscall"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"huibao/internal/page"
	"huibao/internal/page/pagetest"
)

// demo builds huibao, starts its demo and returns the address it prints. At the
// end the demo is interrupted, as by Ctrl-C: it must end with 0 and leave
// nothing behind.
func demo(t *testing.T, args ...string) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "huibao")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "huibao/cmd/huibao")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, output)
	}
	scratch := t.TempDir()
	command := exec.CommandContext(context.WithoutCancel(t.Context()), binary, append([]string{"demo", "--addr", "127.0.0.1:0"}, args...)...)
	command.Env = append(os.Environ(), "TMPDIR="+scratch)
	command.Stderr = os.Stderr
	stdout, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		command.Process.Signal(syscall.SIGINT)
		io.Copy(io.Discard, stdout)
		if err := command.Wait(); err != nil {
			t.Errorf("the interrupted demo ended with %v", err)
		}
		if left, err := os.ReadDir(scratch); err != nil || len(left) > 0 {
			t.Errorf("the demo left %v behind, %v", left, err)
		}
	})
	return printedAddress(t, stdout)
}

// printedAddress reads what a demo prints until it names its address.
func printedAddress(t *testing.T, stdout io.Reader) string {
	t.Helper()
	lines := bufio.NewScanner(stdout)
	address := regexp.MustCompile(`http://127\.0\.0\.1:\d+`)
	for lines.Scan() {
		if found := address.FindString(lines.Text()); found != "" {
			return found
		}
	}
	t.Fatalf("the demo printed no address: %v", lines.Err())
	return ""
}

// answers is how a script counts the bot's answers.
const answers = `document.querySelectorAll('[data-sender-type=app] .card').length`

// ask types a command and waits for its answer.
func (w *world) ask(line string) {
	w.T.Helper()
	count := pagetest.Eval[int](w.Tab, answers)
	w.keys(line + kb.Enter)
	w.Wait(fmt.Sprintf(`%s === %d && !document.querySelector('.waiting')`, answers, count+1))
}

// TestDemo does what somebody does who sees huibao for the first time.
func TestDemo(t *testing.T) {
	if !page.HasCharts() {
		t.Fatal("dist/vchart.js is not there: make page builds it, and the demo is tested with it")
	}
	address := demo(t) // which ends after the tab is closed
	w := &world{Tab: pagetest.Open(t), page: address}
	w.open(wide)
	w.Keep("empty")
	w.keys("/")
	w.Keep("palette")
	w.Wait(`document.querySelectorAll('.palette .command').length >= 2`)
	pagetest.Is(w.Tab, `document.querySelector('.palette .command .palette-name').textContent`, "/报告")
	w.keys(kb.Backspace)

	for i, line := range []string{"/report 7d", "/报告 上周", "/report 2026-Q4"} {
		w.ask(line)
		w.Wait(fmt.Sprintf(`document.querySelectorAll('.chart[data-drawn=true]').length === %d`, i+1))
		last := `[...document.querySelectorAll('.chart')].at(-1)`
		if marks := pagetest.Eval[int](w.Tab, `Number(`+last+`.dataset.marks)`); marks < 7 {
			t.Errorf("the chart of %s shows %d marks", line, marks)
		}
		pagetest.Is(w.Tab, last+`.querySelector('canvas').getBoundingClientRect().height > 150`, true)
		w.Keep(fmt.Sprintf("answer %d", i+1))
	}
	w.ask("/report tomorow")
	w.Keep("refusal")
	pagetest.Is(w.Tab, `[...document.querySelectorAll('.card')].at(-1).textContent.includes('tomorow')`, true)
	pagetest.Is(w.Tab, `[...document.querySelectorAll('.card')].at(-1).querySelectorAll('.chart').length`, 0)
	pagetest.Is(w.Tab, `document.querySelectorAll('.reaction').length > 0`, true)
	pagetest.Is(w.Tab, `document.querySelectorAll('.unknown').length`, 0)

	w.Click("[data-chat-id=oc_external]")
	w.ask("/report 7d")
	w.Keep("external")
	pagetest.Is(w.Tab, `document.querySelectorAll('.chart').length`, 0)

	w.Click("[data-chat-id=oc_group]")
	w.ask("/report 7d")
	w.Wait(`document.querySelectorAll('.chart[data-drawn=true]').length === 1`)
}

// TestDemoApproval has a group asked for by a member and allowed by the admin.
func TestDemoApproval(t *testing.T) {
	address := demo(t) // which ends after the tab is closed
	w := &world{Tab: pagetest.Open(t), page: address}
	w.open(wide)
	w.Click("[data-chat-id=oc_sales]")
	w.ask("/report 7d")
	pagetest.Is(w.Tab, `document.querySelectorAll('.chart').length`, 0)
	w.Wait(`document.querySelector('.person-button .unread')?.textContent === '1'`)
	w.Keep("asked")

	w.Click(".person-button")
	w.Click("[data-open-id=ou_admin]")
	w.Wait(`document.querySelector('.person-button .person-name').textContent === 'Ada Chen'`)
	w.Click("[data-chat-id=oc_private_admin]")
	w.Wait(`[...document.querySelectorAll('.card .button')].some((one) => one.textContent === '允许')`)
	w.Keep("to decide")
	pagetest.Eval[bool](w.Tab, `([...document.querySelectorAll('.card .button')].find((one) => one.textContent === '允许').click(), true)`)
	w.Wait(`document.querySelector('.message .updated')`)
	w.Keep("decided")

	w.Click("[data-chat-id=oc_sales]")
	w.Click(".person-button")
	w.Click("[data-open-id=ou_member]")
	w.Wait(`document.querySelector('.person-button .person-name').textContent === '李雷'`)
	w.keys("/report 7d" + kb.Enter)
	w.Wait(`document.querySelector('[data-element-id=meeting_count]')`)
	w.Keep("allowed")
}
