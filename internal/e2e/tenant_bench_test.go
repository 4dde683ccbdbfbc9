package e2e

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"huibao/internal/simulator"
)

// A store app in many tenants: how many there are, and schedules of each.
const (
	manyTenants     = 200
	schedulesOfEach = 10
	replicasOfMany  = 3
)

// allDigests is how many digests there are.
const allDigests = manyTenants * schedulesOfEach

// BenchmarkTenants is a store app in 200 tenants with 10 schedules each, on one
// PostgreSQL, at the default limits. First the tenants install the app one after
// another: how long it takes until all are known with their archives, and the
// calls of the platform. Then three replicas start when all 2,000 digests are
// due: how long they take, the calls, the memory of the replica that has most,
// the processor time of all three, and the size of the database. Each digest must
// be posted once.
func BenchmarkTenants(b *testing.B) {
	for b.Loop() {
		w := newWorld(b, options{
			program: released, postgres: true, storeApp: true, environment: map[string]string{"HUIBAO_LOG_LEVEL": "info", "HUIBAO_REPORT_RATE": ""},
		})
		w.start()
		for tenant, chats := range w.installed(b) {
			for _, chat := range chats {
				w.must(http.StatusCreated, http.MethodPost, in(tenant, "/schedules"), object{
					"name": "Weekly", "chat_id": chat, "cron": "0 9 1 1 *", "on": "every_day", "period": "7d",
				})
			}
		}
		w.service().stop()
		w.postAll(b)
	}
	b.ReportMetric(0, "ns/op")
}

// installed has the tenants install the app, and reports what that takes. It
// returns their chats.
func (w *world) installed(b *testing.B) map[*simulator.Tenant][]string {
	b.Helper()
	calls, begun := w.calls(), time.Now()
	tenants := make(map[*simulator.Tenant][]string, manyTenants)
	for i := range manyTenants {
		tenant := w.platform.AddTenant(fmt.Sprintf("tenant_%05d", i+1), fmt.Sprint("Organisation ", i+1))
		tenants[tenant] = tenant.AddChats(schedulesOfEach, "oc_many_"+tenant.Key()+"_")
		tenant.InstallApp()
	}
	w.awaitFor(20*time.Minute, "the archives of all tenants", func() bool {
		return w.count(`SELECT count(DISTINCT tenant_key) FROM daily_reports WHERE tenant_key LIKE 'tenant_0%'`) == manyTenants
	})
	b.ReportMetric(time.Since(begun).Seconds(), "install-s")
	w.reportCalls(b, "install", calls)
	return tenants
}

// postAll starts the replicas with every schedule due, and reports what posting
// takes.
func (w *world) postAll(b *testing.B) {
	b.Helper()
	w.change(`UPDATE schedules SET next_run_at = $1`, time.Now().UnixMilli())
	w.platform.ClearRequests()
	calls, begun := w.calls(), time.Now()
	replicas := make([]*service, replicasOfMany)
	for i := range replicas {
		replicas[i] = w.run(nil, "serve")
	}
	w.awaitFor(20*time.Minute, "all digests", func() bool {
		return w.count(`SELECT count(*) FROM deliveries WHERE status = 'sent'`) == allDigests
	})
	b.ReportMetric(time.Since(begun).Seconds(), "start-to-last-s")
	posts := w.platform.Requests("message_create")
	b.ReportMetric(posts[len(posts)-1].At.Sub(posts[0].At).Seconds(), "first-to-last-s")
	w.reportCalls(b, "digests", calls)
	var now, most, busy float64
	for _, replica := range replicas {
		now, most, busy = max(now, replica.memory("VmRSS")), max(most, replica.memory("VmHWM")), busy+replica.busy().Seconds()
	}
	b.ReportMetric(busy, "processor-s")
	b.ReportMetric(now, "after-MB")
	b.ReportMetric(most, "peak-MB")
	b.ReportMetric(float64(w.count(`SELECT pg_database_size(current_database())`))/1e6, "database-MB")
	for chat, count := range w.platform.CountFromBot() {
		if count != 1 {
			b.Errorf("%d messages in %s, want 1", count, chat)
		}
	}
	for _, replica := range replicas {
		replica.stop()
	}
}

// purposes are the calls of the platform by what they are for.
var purposes = []string{
	"app_ticket", "app_token", "token", "bot_info", "tenant_query", "chat_list", "chat_get", "slash_list", "slash_create", "report_get_daily", "message_create",
}

// calls are how many calls were made so far, by purpose, "" for all.
func (w *world) calls() map[string]int {
	made := map[string]int{"": w.platform.Calls("")}
	for _, purpose := range purposes {
		made[purpose] = w.platform.Calls(purpose)
	}
	return made
}

// reportCalls reports the calls since, by purpose.
func (w *world) reportCalls(b *testing.B, phase string, since map[string]int) {
	b.Helper()
	now := w.calls()
	rest := now[""] - since[""]
	for _, purpose := range purposes {
		made := now[purpose] - since[purpose]
		rest -= made
		if made > 0 {
			b.ReportMetric(float64(made), phase+"-"+purpose)
		}
	}
	b.ReportMetric(float64(rest), phase+"-other")
}
