package e2e

import (
	"fmt"
	"net/http"
	"testing"

	"huibao/internal/page/pagetest"
)

// TestPageLongList: of a list that is looked at again while a run goes on, what
// was loaded stays, also when huibao does not answer.
func TestPageLongList(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	w.start()
	w.acquaint()
	id := w.schedule(object{"name": "Long"})
	w.must(http.StatusAccepted, http.MethodPost, "/schedules/"+id+"/run", nil)
	w.service().await("the delivery", func() bool { return w.deliveries(id)[0]["status"] == "sent" })
	w.change(`WITH RECURSIVE ago(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM ago WHERE n < 300)
		INSERT INTO deliveries (id, tenant_key, schedule_id, chat_id, scheduled_for, manual, status, attempts, message_id, reason, created_at, finished_at)
		SELECT 'ago_' || n, tenant_key, schedule_id, chat_id, scheduled_for - n * 1000, manual, status, attempts, '', reason, created_at, finished_at FROM deliveries, ago`)
	w.change(`UPDATE deliveries SET status = 'pending' WHERE id = 'ago_1'`)

	p := w.openPage(t, pagetest.At("en-US", "light", 1280, 900))
	p.place("/admin/deliveries")
	for rows := 50; rows < 250; rows += 50 {
		p.rows(rows)
		p.press(p.words("list.more"))
	}
	p.rows(250)
	w.change(`UPDATE deliveries SET status = 'failed' WHERE id = 'ago_2'`)
	p.says("tbody tr", p.words("state.failed"))
	p.rows(250)
	p.says(".more", p.words("list.some", "n", "250"))
	p.press(p.words("list.more"))
	p.rows(300)
	p.press(p.words("list.more"))
	p.rows(301)
	pagetest.Is(p.Tab, `new Set([...document.querySelectorAll('tbody tr a')].map((one) => one.href).filter((one) => one.includes('/deliveries/'))).size`, 301)

	p.Expect("ERR_CONNECTION")
	w.service().stop()
	p.says("main .list .notice.danger", p.words("problem.unreachable"))
	p.rows(301)
	pagetest.Is(p.Tab, `document.querySelectorAll('main [aria-busy]').length`, 0)
	p.fine("does not answer")
}

// rows waits until a list has so many rows.
func (p *adminPage) rows(count int) {
	p.T.Helper()
	p.Wait(fmt.Sprintf(`document.querySelectorAll('main tbody tr').length === %d`, count))
}
