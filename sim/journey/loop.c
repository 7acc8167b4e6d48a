/* The event loop of a region in C: the twin of `engine.py`, equal to it in every row that it writes.

   The model is explained there; functions here bear the names of its methods. `World` and the constants come
   from Python (`compiled.py` writes them before this text). Rows are written in the order of `log.py` and
   `meter.py`, to which the tests hold them. */

#define KEY_ROW_MASK (((int64_t)1 << KEY_ROW_BITS) - 1)
#define LATEST_KEY ((int64_t)1 << (62 - KEY_ROW_BITS))
#define EVENT_BITS (KIND_BITS + KEY_ROW_BITS)

typedef struct { int64_t *at; int64_t used, size; } Rows;
typedef struct { int32_t accepts[MOST_KINDS]; int32_t kinds, site, first, patient; int64_t ticket, since; } Request;
typedef struct { int64_t ticket; int32_t request; } Ticket;

typedef struct {
    int64_t sites, kinds_known;
    const int64_t *kinds;
    int64_t *beds, *free;
    Ticket *queue;
    int64_t head, tail, size;
    int ranked;
} Places;

typedef struct {
    int64_t allowance, rate, start, next_year, year, last, exhausted, affected, segment;
    __int128 used;
} Meter;

typedef struct {
    int64_t position, armed, due, care_due, start, requested, ready, blocked, left_hospital, granted, admission, rate;
    int32_t setting, site, form, nursing_site, wait, nursing_wait, care, paid, contract, above;
    uint8_t in_nursing_home, hospice_asked, wants_hospice, wants_nursing, wlz, postponed;
} Patient;

typedef struct {
    const World *w;
    Patient *patients;
    Places places, nursing;
    Meter *meters;
    int64_t *heap;
    int64_t heap_used, heap_size;
    Request *requests;
    int64_t requests_used, requests_size, tickets, in_use;
    int64_t *in_use_of, *nursing_mark, *stay_mark;
    Rows stays, refusals, lost, segments, changes;
    int failed;
} Model;

/* ---------------------------------------------------------------- memory */
static void *grown(Model *m, void *old, int64_t items, size_t item) {
    void *found = realloc(old, (size_t)items * item);
    if (!found) m->failed = NO_MEMORY;
    return found ? found : old;
}

static void write_row(Model *m, Rows *rows, int count, const int64_t *values) {
    if (rows->used + count > rows->size) {
        int64_t size = rows->size ? 2 * rows->size : 64;
        rows->at = grown(m, rows->at, size, sizeof(int64_t));
        if (m->failed) return;
        rows->size = size;
    }
    memcpy(rows->at + rows->used, values, (size_t)count * sizeof(int64_t));
    rows->used += count;
}
#define WRITE(m, rows, ...) do { const int64_t row_[] = {__VA_ARGS__}; \
    write_row(m, rows, (int)(sizeof row_ / sizeof *row_), row_); } while (0)

/* ---------------------------------------------------------------- the clock: a heap of (minute, kind, row) */
static void push(Model *m, int64_t key) {
    if (m->heap_used == m->heap_size) {
        m->heap = grown(m, m->heap, 2 * m->heap_size, sizeof(int64_t));
        if (m->failed) return;
        m->heap_size *= 2;
    }
    int64_t *heap = m->heap, at = m->heap_used++;
    while (at && heap[(at - 1) / 2] > key) { heap[at] = heap[(at - 1) / 2]; at = (at - 1) / 2; }
    heap[at] = key;
}

static int64_t pop(Model *m) {
    int64_t *heap = m->heap, first = heap[0], key = heap[--m->heap_used], at = 0, used = m->heap_used;
    for (;;) {
        int64_t child = 2 * at + 1;
        if (child >= used) break;
        if (child + 1 < used && heap[child + 1] < heap[child]) child++;
        if (heap[child] >= key) break;
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = key;
    return first;
}

static int64_t due(int64_t minute, int kind) { return minute * (1 << KIND_BITS) + kind; }

static int64_t next_of(const Model *m, const Patient *p) {
    int64_t key = m->w->keys[p->position];
    if (p->due < key) key = p->due;
    return p->care_due < key ? p->care_due : key;
}

static void arm(Model *m, int row) {
    Patient *p = &m->patients[row];
    int64_t key = next_of(m, p);
    if (key < p->armed) {
        if (key >= LATEST_KEY) { m->failed = TOO_LATE; return; }
        p->armed = key;
        push(m, key * (1 << KEY_ROW_BITS) + row);
    }
}

/* ---------------------------------------------------------------- places */
static void wait_in(Model *m, Places *places, int number) {
    if (places->tail == places->size) {
        int64_t kept = places->tail - places->head;
        if (places->head > places->size / 2) {
            memmove(places->queue, places->queue + places->head, (size_t)kept * sizeof(Ticket));
            places->head = 0;
            places->tail = kept;
        } else {
            places->queue = grown(m, places->queue, 2 * places->size, sizeof(Ticket));
            if (m->failed) return;
            places->size *= 2;
        }
    }
    Request *request = &m->requests[number];
    request->ticket = ++m->tickets;
    places->ranked |= request->first;
    places->queue[places->tail].ticket = request->ticket;
    places->queue[places->tail++].request = number;
}

static int take(Places *places, const int32_t *accepts, int kinds) {
    for (int k = 0; k < kinds; k++) {
        int64_t best = NONE, most = 0;
        for (int64_t site = 0; site < places->sites; site++)
            if (places->kinds[site] == accepts[k] && places->free[site] > most) {
                best = site;
                most = places->free[site];
            }
        if (best >= 0) {
            if (places->beds[best] != UNLIMITED) places->free[best]--;
            return (int)best;
        }
    }
    return NONE;
}

static int take_at(Places *places, int site) {
    if (places->free[site] <= 0) return NONE;
    if (places->beds[site] != UNLIMITED) places->free[site]--;
    return site;
}

static int takes(const Request *request, int64_t kind, int site) {
    if (request->site != ANYWHERE) return site == request->site;
    for (int k = 0; k < request->kinds; k++)
        if (request->accepts[k] == kind) return 1;
    return 0;
}

/* Number of the request that gets the bed, or NONE. */
static int release(Model *m, Places *places, int site) {
    if (places->free[site] < 0) {
        places->free[site]++;
        return NONE;
    }
    int64_t kind = places->kinds[site];
    int chosen = NONE;
    while (places->head < places->tail &&
           m->requests[places->queue[places->head].request].ticket != places->queue[places->head].ticket)
        places->head++;
    for (int64_t at = places->head; at < places->tail; at++) {
        const Ticket *ticket = &places->queue[at];
        const Request *request = &m->requests[ticket->request];
        if (request->ticket == ticket->ticket && takes(request, kind, site)) {
            if (request->first || !places->ranked) {
                chosen = ticket->request;
                break;
            }
            if (chosen < 0) chosen = ticket->request;
        }
    }
    if (chosen >= 0)
        m->requests[chosen].ticket = 0;
    else if (places->beds[site] != UNLIMITED)
        places->free[site]++;
    return chosen;
}

static int new_request(Model *m, int row, int64_t now) {
    if (m->requests_used == m->requests_size) {
        m->requests = grown(m, m->requests, 2 * m->requests_size, sizeof(Request));
        if (m->failed) return 0;
        m->requests_size *= 2;
    }
    Request *request = &m->requests[m->requests_used];
    request->kinds = request->first = 0;
    request->site = ANYWHERE;
    request->patient = row;
    request->ticket = 0;
    request->since = now;
    return (int)m->requests_used++;
}

static void give_up(Model *m, int32_t *wait) {
    if (*wait >= 0) m->requests[*wait].ticket = 0;
    *wait = NONE;
}

/* ---------------------------------------------------------------- meters */
static __int128 load_until(const Model *m, int64_t number, int64_t minute) {
    const World *w = m->w;
    int64_t low = w->load_from[number], high = w->load_from[number + 1], first = low;
    while (low < high) {
        int64_t middle = (low + high) / 2;
        if (w->load_minute[middle] <= minute) low = middle + 1; else high = middle;
    }
    if (low == first) return 0;
    int64_t at = low - 1;
    return (__int128)w->load_used[at] + (__int128)w->load_rate[at] * (minute - w->load_minute[at]);
}

static __int128 whole(const Model *m, int64_t number) {
    const Meter *meter = &m->meters[number];
    if (!m->w->shared) return meter->used;
    return meter->used + load_until(m, number, meter->last) - load_until(m, number, meter->start);
}

static void open_year(Model *m, Meter *meter, int64_t year) {
    meter->year = year;
    if (year + 1 >= m->w->years) { m->failed = TOO_LATE; meter->next_year = FAR_FUTURE; return; }
    meter->start = m->w->year_starts[year];
    meter->next_year = m->w->year_starts[year + 1];
    meter->used = 0;
    meter->exhausted = NEVER;
    meter->affected = 0;
    meter->segment++;
}

static void close_year(Model *m, int64_t number) {
    Meter *meter = &m->meters[number];
    __int128 used = whole(m, number);
    if (used > INT64_MAX || used < INT64_MIN) m->failed = TOO_MUCH;
    WRITE(m, &m->segments, number, meter->start, (int64_t)used, meter->exhausted, meter->affected);
}

static void run_meter(Model *m, Meter *meter, int64_t to) {
    __int128 used = meter->used + (__int128)meter->rate * (to - meter->last);
    if (!m->w->shared && used >= meter->allowance && meter->exhausted == NEVER) {
        __int128 missing = meter->allowance - meter->used, rate = meter->rate, minutes = 0;
        if (rate) {
            minutes = missing / rate;
            if (missing % rate && (missing > 0) == (rate > 0)) minutes++;
        }
        meter->exhausted = meter->last + (int64_t)minutes;
    }
    meter->used = used;
    meter->last = to;
}

static void advance(Model *m, int64_t number, int64_t now) {
    Meter *meter = &m->meters[number];
    while (now >= meter->next_year && !m->failed) {
        run_meter(m, meter, meter->next_year);
        close_year(m, number);
        open_year(m, meter, meter->year + 1);
    }
    run_meter(m, meter, now);
}

static void change(Model *m, int64_t number, int64_t now, int64_t delta) {
    if (m->w->written) {
        WRITE(m, &m->changes, number, now, delta);
        return;
    }
    advance(m, number, now);
    m->meters[number].rate += delta;
}

static int exhausted(Model *m, int64_t number, int64_t now) {
    advance(m, number, now);
    return whole(m, number) >= m->meters[number].allowance;
}

static void touch(Model *m, int row, int kind) {
    int on_stays = ON_STAYS >> kind & 1;
    int64_t number = on_stays ? m->w->stay_contract[row] : m->w->nursing_contract[row];
    int64_t *mark = on_stays ? &m->stay_mark[row] : &m->nursing_mark[row];
    Meter *meter = &m->meters[number];
    if (*mark != meter->segment) {
        *mark = meter->segment;
        meter->affected++;
    }
}

/* ---------------------------------------------------------------- the omzetplafond */
static int64_t minutes_a_week(const Model *m, int row, int64_t now) {
    const World *w = m->w;
    const Patient *p = &m->patients[row];
    int late = now >= w->last_week[row];
    if (p->wlz || (p->setting != THUIS && p->setting != BTH)) return 0;
    if (p->setting == BTH) return late ? w->last_week_as_guest[row] : w->week_as_guest[row];
    if (p->care == NONE || p->care == CEILING_REFUSED) return w->week_all_year[row];
    return late ? w->last_week_at_home[row] : w->week_at_home[row];
}

static void follow(Model *m, int row, int64_t now) {
    const World *w = m->w;
    Patient *p = &m->patients[row];
    if (w->nurse_minutes >= 0) {
        int64_t minutes = minutes_a_week(m, row, now);
        m->in_use += minutes - m->in_use_of[row];
        m->in_use_of[row] = minutes;
    }
    int64_t contract = p->contract, rate = 0;
    if (!p->wlz && p->paid == NO_CEILING) {
        if (p->setting == THUIS) {
            if (p->care == NO_CEILING || p->care == POSTPONED) {
                contract = w->nursing_contract[row];
                rate = now >= w->last_week[row] ? w->last_rate[row] : w->care_rate[row];
            } else if (p->care == NONE || p->care == CEILING_REFUSED) {
                contract = w->nursing_contract[row];
                rate = w->chronic_rate[row];
            }
        } else if (p->setting == BTH) {
            contract = w->nursing_contract[row];
            rate = w->guest_rate[row];
        } else if (HOSPICES >> p->setting & 1) {
            contract = w->stay_contract[row];
            rate = w->palliative_stay;
        } else if (p->setting == ELV) {
            contract = w->stay_contract[row];
            rate = w->short_stay;
        }
    }
    if (rate == p->rate && contract == p->contract) return;
    if (p->rate) change(m, p->contract, now, -p->rate);
    if (rate) change(m, contract, now, rate);
    p->rate = rate;
    p->contract = (int32_t)contract;
}

static int short_of_nurses(const Model *m, int row, int64_t now) {
    const World *w = m->w;
    if (w->nurse_minutes < 0 || !w->nurses_hit[row]) return 0;
    int64_t asked = now >= w->last_week[row] ? w->last_week_at_home[row] : w->week_at_home[row];
    return m->in_use + asked - m->in_use_of[row] > w->nurse_minutes;
}

static int without_room(Model *m, int row, int64_t now) {
    return m->w->hit[row] && exhausted(m, m->w->nursing_contract[row], now);
}

/* Bits of the kinds of place whose contract is used up, where that is held against a patient. */
static int closed(Model *m, int row, int64_t now) {
    if (m->patients[row].wlz) return 0;
    int kinds = without_room(m, row, now) ? 1 << BTH : 0;
    if (m->w->elv_hit[row] && exhausted(m, m->w->stay_contract[row], now)) kinds |= ON_STAYS;
    return kinds;
}

/* ---------------------------------------------------------------- stays */
static void enter_hospice(Model *m, int row, int64_t now, int site, int64_t requested);
static void nursing_place(Model *m, int row, int64_t now, int64_t requested);
static void ask_hospice(Model *m, int row, int64_t now);
static void nursing_need(Model *m, int row, int64_t now);

static void refuse(Model *m, int row, int64_t now, int64_t setting, int64_t reason, int64_t outcome) {
    WRITE(m, &m->refusals, row, now, setting, reason, outcome);
}

static void close_stay(Model *m, int row, int64_t now, int64_t reason, int64_t onward) {
    Patient *p = &m->patients[row];
    if (p->ready >= 0) {
        p->blocked += now - p->ready;
        p->ready = NONE;
    }
    WRITE(m, &m->stays, row, p->setting, p->site, p->form, p->requested, p->start, now, p->blocked, reason,
          onward, p->admission, p->paid);
}

static void open_stay(Model *m, int row, int64_t now, int setting, int site, int64_t requested, int paid) {
    Patient *p = &m->patients[row];
    p->setting = setting;
    p->site = site;
    p->start = now;
    p->requested = requested;
    p->blocked = 0;
    p->admission = NONE;
    p->paid = paid;
    if (setting == ZIEKENHUIS)
        p->form = p->in_nursing_home ? VERBLIJF : 0;
    else if (!p->wlz)
        p->form = 0;
    else if (AT_HOME >> setting & 1)
        p->form = (int32_t)m->w->home_form[row];
    else
        p->form = VERBLIJF;
    follow(m, row, now);
}

static void hand_over(Model *m, int number, int site, int64_t now) {
    if (number < 0) return;
    int row = m->requests[number].patient;
    m->patients[row].wait = NONE;
    enter_hospice(m, row, now, site, m->requests[number].since);
    arm(m, row);
}

static void pass_on(Model *m, int site, int64_t now) {
    int64_t empty = m->w->turnover[m->places.kinds[site] % WITHOUT_WLZ_CONTRACT];
    if (empty)
        push(m, due(now + empty, BED_READY) * (1 << KEY_ROW_BITS) + site);
    else
        hand_over(m, release(m, &m->places, site), site, now);
}

static void change_beds(Model *m, int site, int64_t beds, int64_t now) {
    int64_t before = m->places.beds[site], granted = 0;
    int *waiting = NULL;
    m->places.beds[site] = beds;
    if (beds > before && !(waiting = malloc((size_t)(beds - before) * sizeof(int)))) {
        m->failed = NO_MEMORY;
        return;
    }
    for (int64_t more = beds - before; more > 0; more--) {
        int number = release(m, &m->places, site);
        if (number >= 0) waiting[granted++] = number;
    }
    if (before > beds) m->places.free[site] -= before - beds;
    for (int64_t i = 0; i < granted; i++) hand_over(m, waiting[i], site, now);
    free(waiting);
}

static void leave_nursing_queue(Model *m, int row, int64_t now) {
    Patient *p = &m->patients[row];
    give_up(m, &p->nursing_wait);
    if (p->nursing_site < 0) return;
    p->nursing_site = NONE;
    int number = release(m, &m->nursing, 0);
    if (number < 0) return;
    int next = m->requests[number].patient;
    m->patients[next].nursing_wait = NONE;
    nursing_place(m, next, now, m->requests[number].since);
    arm(m, next);
}

static void move(Model *m, int row, int64_t now, int setting, int site, int64_t requested, int paid) {
    Patient *p = &m->patients[row];
    int left = p->setting, left_site = p->site;
    if (left == ZIEKENHUIS) p->left_hospital = now;
    close_stay(m, row, now, setting == THUIS && left != THUIS ? DISCHARGED : MOVED, setting);
    p->due = FAR_FUTURE;
    give_up(m, &p->wait);
    open_stay(m, row, now, setting, site, requested, paid);
    if (HOSPICES >> setting & 1 || setting == ELV) leave_nursing_queue(m, row, now);
    if (left_site >= 0 && left != VERPLEEGHUIS) pass_on(m, left_site, now);
}

/* ---------------------------------------------------------------- events */
static void enter_model(Model *m, int row, int64_t now) {
    Patient *p = &m->patients[row];
    int setting = (int)m->w->entry_setting[row];
    p->wlz = m->w->wlz_at_entry[row];
    p->in_nursing_home = setting == VERPLEEGHUIS;
    open_stay(m, row, now, setting, NONE, NEVER, NO_CEILING);
}

static void die(Model *m, int row, int64_t now) {
    Patient *p = &m->patients[row];
    int site = p->site, setting = p->setting;
    close_stay(m, row, now, EXIT_DIED, NOWHERE);
    if (p->wait >= 0) {
        refuse(m, row, now, m->requests[p->wait].accepts[0], DIED_WAITING, NO_CEILING);
        give_up(m, &p->wait);
    }
    p->setting = NOWHERE;
    p->armed = p->due = p->care_due = FAR_FUTURE;
    follow(m, row, now);
    leave_nursing_queue(m, row, now);
    if (site >= 0 && setting != VERPLEEGHUIS) pass_on(m, site, now);
}

static void start_wlz(Model *m, int row, int64_t now) {
    m->patients[row].wlz = 1;
    if (m->patients[row].setting == THUIS) {
        close_stay(m, row, now, MOVED, THUIS);
        open_stay(m, row, now, THUIS, NONE, NEVER, NO_CEILING);
    }
}

static void to_hospital(Model *m, int row, int64_t now, int64_t stay, int terminal, int64_t admission) {
    Patient *p = &m->patients[row];
    const int32_t hospital = ZIEKENHUIS;
    int site = NONE;
    if (p->wait >= 0) {
        p->hospice_asked = 0;
        p->wants_hospice = 1;
    }
    if (m->w->hospital_limited && (site = take(&m->places, &hospital, 1)) < 0)
        refuse(m, row, now, ZIEKENHUIS, NO_BED, NO_CEILING);
    move(m, row, now, ZIEKENHUIS, site, NEVER, NO_CEILING);
    p->admission = admission;
    p->care_due = FAR_FUTURE;
    if (!terminal) p->due = due(now + stay, READY);
}

static int acute_place(Model *m, int row, int64_t now, int64_t admission) {
    const World *w = m->w;
    Patient *p = &m->patients[row];
    if (!w->acute_bed[admission] || p->setting != THUIS || now < w->window[row]) return 0;
    int shut = closed(m, row, now), site = NONE;
    for (int64_t k = 0; k < w->acute_kinds_known && site < 0; k++) {
        int32_t kind = (int32_t)w->acute_kinds[k];
        if ((!p->wlz || kind - ACUTE < WITHOUT_WLZ_CONTRACT) && !(shut >> (kind % WITHOUT_WLZ_CONTRACT) & 1))
            site = take(&m->places, &kind, 1);
    }
    if (site < 0) return 0;
    p->hospice_asked = 1;
    move(m, row, now, (int)(m->places.kinds[site] % WITHOUT_WLZ_CONTRACT), site, now, NO_CEILING);
    p->care_due = FAR_FUTURE;
    if (!w->terminal[admission]) p->due = due(now + w->stay_minutes[admission], ALIVE);
    return 1;
}

static void admit(Model *m, int row, int64_t now, int64_t admission) {
    const World *w = m->w;
    Patient *p = &m->patients[row];
    if (p->setting != THUIS && p->setting != VERPLEEGHUIS) return;
    double threshold = 1.0;
    if (p->setting == VERPLEEGHUIS) threshold *= w->nursing_factor;
    if (w->guided_minute[row] != NEVER && now >= w->guided_minute[row]) threshold *= w->guided_factor[row];
    if (now - p->left_hospital < w->readmission_minutes) threshold *= w->readmission_factor;
    if (w->keep[admission] >= threshold || acute_place(m, row, now, admission)) return;
    to_hospital(m, row, now, w->stay_minutes[admission], w->terminal[admission], admission);
}

static void ask_care(Model *m, int row, int64_t now);

static void go_home(Model *m, int row, int64_t now) {
    Patient *p = &m->patients[row];
    int64_t care = m->w->care_minute[row];
    move(m, row, now, THUIS, NONE, NEVER, NO_CEILING);
    if (p->care < 0 && care != NEVER && now >= care) ask_care(m, row, now);
    if (p->wants_hospice && !p->hospice_asked) ask_hospice(m, row, now);
    if (p->wants_nursing) nursing_need(m, row, now);
}

static void go_back(Model *m, int row, int64_t now) {
    Patient *p = &m->patients[row];
    if (p->in_nursing_home || p->nursing_site >= 0) {
        p->in_nursing_home = 1;
        move(m, row, now, VERPLEEGHUIS, NONE, NEVER, NO_CEILING);
    } else
        go_home(m, row, now);
}

static void reach_ceiling(Model *m, int row, int64_t now, int kind) {
    touch(m, row, kind);
    refuse(m, row, now, kind, CEILING, m->w->outcome[row]);
}

static int short_stay_place(Model *m, int row, int64_t now) {
    const int32_t kind = ELV;
    int paid = NO_CEILING;
    if (closed(m, row, now) >> ELV & 1) {
        reach_ceiling(m, row, now, ELV);
        paid = (int)m->w->outcome[row];
        if (paid == CEILING_REFUSED || paid == POSTPONED) return 0;
    }
    int site = take(&m->places, &kind, 1);
    if (site >= 0) move(m, row, now, ELV, site, now, paid);
    return site >= 0;
}

/* Whether a used-up contract, and no want of beds, keeps a patient out of a short stay. */
static int kept_out(Model *m, int row, int64_t now) {
    int64_t outcome = m->w->outcome[row];
    return (outcome == CEILING_REFUSED || outcome == POSTPONED) && closed(m, row, now) >> ELV & 1;
}

static int short_stay(Model *m, int row, int64_t now) {
    Patient *p = &m->patients[row];
    int out = m->w->queue && kept_out(m, row, now), found = 0;
    if (!p->wlz && !p->in_nursing_home) {
        found = short_stay_place(m, row, now);
        if (found && now < m->w->terminal_from[row]) p->due = due(now + m->w->elv_stay[row], ALIVE);
    }
    if (m->w->queue && !(found || out || p->wlz || p->in_nursing_home)) WRITE(m, &m->lost, row, now);
    return found;
}

static void elsewhere(Model *m, int row, int64_t now) {
    Patient *p = &m->patients[row];
    int in_hospital = p->setting == ZIEKENHUIS;
    int64_t target = in_hospital ? m->w->diverted_hospital[row] : m->w->diverted_home[row];
    if (target == ELV && !p->wlz && short_stay_place(m, row, now)) return;
    if (in_hospital && target == ZIEKENHUIS) {
        if (p->ready >= 0) p->blocked += now - p->ready;
        p->ready = NONE;
    } else if (in_hospital)
        go_back(m, row, now);
    else if (target == ZIEKENHUIS)
        to_hospital(m, row, now, 0, 1, NONE);
}

static void go_elsewhere(Model *m, int row, int64_t now) {
    const World *w = m->w;
    Patient *p = &m->patients[row];
    if (!w->queue) {
        elsewhere(m, row, now);
        return;
    }
    int64_t target = p->setting == ZIEKENHUIS ? w->diverted_hospital[row] : w->diverted_home[row];
    int out = kept_out(m, row, now);
    elsewhere(m, row, now);
    if (target == ELV && p->setting != ELV && !(out || p->wlz)) WRITE(m, &m->lost, row, now);
}

static void medically_ready(Model *m, int row, int64_t now) {
    const World *w = m->w;
    Patient *p = &m->patients[row];
    int late = now >= w->window[row];
    if ((p->wants_hospice || (w->after_hospital[row] && late)) && !p->hospice_asked && !p->in_nursing_home)
        ask_hospice(m, row, now);
    else if (!(w->elv_after[row] && late && short_stay(m, row, now)))
        go_back(m, row, now);
}

static void hospice_need(Model *m, int row, int64_t now) {
    Patient *p = &m->patients[row];
    if (p->hospice_asked || p->in_nursing_home) return;
    if (p->setting == THUIS)
        ask_hospice(m, row, now);
    else if (p->setting == ZIEKENHUIS || p->setting == ELV)
        p->wants_hospice = 1;
}

static double race_of(const World *w, int64_t site, int row) { return w->houses[(site + 1) * w->people + row]; }

/* The one house for who accepts no other: of the first acceptable type that has one. */
static int house_of(const Model *m, int row, const Request *request) {
    const World *w = m->w;
    for (int k = 0; k < request->kinds; k++) {
        int64_t kind = request->accepts[k] % WITHOUT_WLZ_CONTRACT;
        int best = NONE;
        for (int64_t site = 0; site < w->houses_known; site++) {
            if (!w->has_house[site] || m->places.kinds[site] % WITHOUT_WLZ_CONTRACT != kind) continue;
            int accepted = 0;
            for (int j = 0; j < request->kinds; j++) accepted |= request->accepts[j] == m->places.kinds[site];
            if (accepted && (best < 0 || race_of(w, site, row) < race_of(w, best, row)))
                best = (int)site;
        }
        if (best >= 0) return best;
    }
    return ANYWHERE;
}

static void postpone(Model *m, int row, int64_t now) {
    Patient *p = &m->patients[row];
    int inside = p->setting == ZIEKENHUIS;
    p->postponed = p->wants_hospice = 1;
    p->hospice_asked = 0;
    if (inside && p->ready < 0) p->ready = now;
    p->due = due(now + m->w->delay, inside ? READY : TO_HOSPICE);
}

static void ask_hospice(Model *m, int row, int64_t now) {
    const World *w = m->w;
    Patient *p = &m->patients[row];
    int64_t from = w->order_from[w->choice[row]], to = w->order_from[w->choice[row] + 1], outcome = w->outcome[row];
    int shut = p->postponed ? 0 : closed(m, row, now), above = 0;
    p->hospice_asked = 1;
    for (int64_t k = from; k < to; k++) above |= shut & 1 << w->order_kind[k];
    p->above = above;
    if (above && (outcome == CEILING_REFUSED || outcome == POSTPONED)) {
        int64_t first = NONE, left = 0;
        for (int64_t k = from; k < to; k++)
            if (above >> w->order_kind[k] & 1) {
                touch(m, row, (int)w->order_kind[k]);
                if (first < 0) first = w->order_kind[k];
            } else
                left++;
        refuse(m, row, now, first, CEILING, outcome);
        p->above = 0;
        if (!left) {
            if (outcome == POSTPONED) postpone(m, row, now); else go_elsewhere(m, row, now);
            return;
        }
    } else
        shut = 0;
    int number = new_request(m, row, now);
    if (m->failed) return;
    Request *request = &m->requests[number];
    for (int64_t k = from; k < to; k++) {
        if (shut >> w->order_kind[k] & 1) continue;
        request->accepts[request->kinds++] = (int32_t)w->order_kind[k];
        if (!p->wlz) request->accepts[request->kinds++] = (int32_t)(w->order_kind[k] + WITHOUT_WLZ_CONTRACT);
    }
    int house = w->other_house[row] ? ANYWHERE : house_of(m, row, request);
    int site = house == ANYWHERE ? take(&m->places, request->accepts, request->kinds) : take_at(&m->places, house);
    if (site >= 0) {
        m->requests_used--;
        enter_hospice(m, row, now, site, now);
        return;
    }
    request->site = house;
    request->first = p->setting == w->goes_first;
    p->wait = number;
    wait_in(m, &m->places, number);
    if (p->setting == ZIEKENHUIS && p->ready < 0) p->ready = now;
    p->due = due(now + w->patience[row], PATIENCE);
}

static void enter_hospice(Model *m, int row, int64_t now, int site, int64_t requested) {
    Patient *p = &m->patients[row];
    int kind = (int)(m->places.kinds[site] % WITHOUT_WLZ_CONTRACT), paid = NO_CEILING;
    if (p->above >> kind & 1 && !p->wlz) {
        paid = (int)m->w->outcome[row];
        reach_ceiling(m, row, now, kind);
    }
    move(m, row, now, kind, site, requested, paid);
    p->care_due = FAR_FUTURE;
    if (m->w->alive[row]) p->due = due(now + m->w->alive_stay[row], ALIVE);
}

static void divert(Model *m, int row, int64_t now) {
    Patient *p = &m->patients[row];
    if (p->wait < 0) return;
    refuse(m, row, now, m->requests[p->wait].accepts[0], OUT_OF_PATIENCE, NO_CEILING);
    give_up(m, &p->wait);
    go_elsewhere(m, row, now);
}

static void nursing_need(Model *m, int row, int64_t now) {
    Patient *p = &m->patients[row];
    const int32_t kind = VERPLEEGHUIS;
    p->wants_nursing = FOR_A_TIME >> p->setting & 1;
    if ((p->setting != THUIS && p->setting != ZIEKENHUIS) || p->wait >= 0) return;
    if (take(&m->nursing, &kind, 1) >= 0) {
        nursing_place(m, row, now, now);
        return;
    }
    int number = new_request(m, row, now);
    if (m->failed) return;
    m->requests[number].accepts[m->requests[number].kinds++] = kind;
    p->nursing_wait = number;
    wait_in(m, &m->nursing, number);
}

static void nursing_place(Model *m, int row, int64_t now, int64_t requested) {
    Patient *p = &m->patients[row];
    p->nursing_site = 0;
    if (p->setting != THUIS) return;
    give_up(m, &p->wait);
    p->in_nursing_home = 1;
    p->care_due = FAR_FUTURE;
    move(m, row, now, VERPLEEGHUIS, NONE, requested, NO_CEILING);
}

static void stay_elsewhere(Model *m, int row, int64_t now, int64_t number) {
    Patient *p = &m->patients[row];
    const int32_t kind = (int32_t)m->w->elsewhere_kind[number];
    if (p->setting != THUIS || p->wait >= 0) return;
    int site = take(&m->places, &kind, 1);
    if (site < 0) return;
    move(m, row, now, kind, site, now, NO_CEILING);
    p->due = due(now + m->w->elsewhere_stay[number], ALIVE);
}

static void grant_care(Model *m, int row, int64_t now, int kind) {
    Patient *p = &m->patients[row];
    if (p->setting != THUIS || p->wlz) return;
    p->care = kind;
    p->granted = now;
    follow(m, row, now);
}

static void ask_care(Model *m, int row, int64_t now) {
    const World *w = m->w;
    Patient *p = &m->patients[row];
    if (p->care >= 0 || p->setting != THUIS || p->wlz) return;
    if (short_of_nurses(m, row, now)) {
        refuse(m, row, now, THUIS, NO_NURSES, POSTPONED);
        p->care_due = due(now + w->nurses_delay, CARE_STARTS);
        return;
    }
    if (!without_room(m, row, now)) {
        grant_care(m, row, now, NO_CEILING);
        return;
    }
    int outcome = (int)w->outcome[row];
    reach_ceiling(m, row, now, THUIS);
    if (outcome == CEILING_REFUSED) {
        p->care = CEILING_REFUSED;
        p->care_due = due(now + w->crisis, CRISIS);
    } else if (outcome == POSTPONED)
        p->care_due = due(now + w->delay, DELAYED);
    else
        grant_care(m, row, now, outcome);
}

static void crisis(Model *m, int row, int64_t now) {
    Patient *p = &m->patients[row];
    if (p->setting != THUIS || p->wait >= 0) return;
    int64_t target = m->w->without_care[row];
    if (target == ZIEKENHUIS)
        to_hospital(m, row, now, m->w->crisis_stay[row], 0, NONE);
    else if (target < 0 && !p->hospice_asked)
        ask_hospice(m, row, now);
}

static void act(Model *m, int row, int64_t now, int kind, int64_t reference) {
    Patient *p = &m->patients[row];
    switch (kind) {
    case ADMIT: admit(m, row, now, reference); break;
    case READY: medically_ready(m, row, now); break;
    case TO_HOSPICE: hospice_need(m, row, now); break;
    case PATIENCE: divert(m, row, now); break;
    case CARE_STARTS: ask_care(m, row, now); break;
    case LAST_WEEK: follow(m, row, now); break;
    case NURSING: nursing_need(m, row, now); break;
    case WLZ: start_wlz(m, row, now); break;
    case ENTER: enter_model(m, row, now); break;
    case ALIVE: go_home(m, row, now); break;
    case CRISIS: crisis(m, row, now); break;
    case AWAY: stay_elsewhere(m, row, now, reference); break;
    case TO_SHORT_STAY:
        if (p->setting == THUIS && p->wait < 0) short_stay(m, row, now);
        break;
    default: grant_care(m, row, now, POSTPONED);
    }
}

/* Do what a patient is due for; an event that a later one overtook does nothing. */
static void wake(Model *m, int row, int64_t now) {
    Patient *p = &m->patients[row];
    if (p->setting == NOWHERE && p->armed == FAR_FUTURE) return;
    if (p->armed >> KIND_BITS == now) p->armed = FAR_FUTURE;
    int64_t key = next_of(m, p), reference = NONE;
    if (key >> KIND_BITS > now) {
        arm(m, row);
        return;
    }
    if (key == p->due)
        p->due = FAR_FUTURE;
    else if (key == p->care_due)
        p->care_due = FAR_FUTURE;
    else
        reference = m->w->reference[p->position++];
    int kind = (int)(key & ((1 << KIND_BITS) - 1));
    if (kind == DEATH) {
        die(m, row, now);
        return;
    }
    act(m, row, now, kind, reference);
    arm(m, row);
}

/* ---------------------------------------------------------------- a run */
static void begin_places(Model *m, Places *places, int64_t sites, const int64_t *kinds, const int64_t *beds) {
    places->sites = sites;
    places->kinds = kinds;
    places->beds = grown(m, NULL, sites + 1, sizeof(int64_t));
    places->free = grown(m, NULL, sites + 1, sizeof(int64_t));
    places->size = 8;
    places->queue = grown(m, NULL, places->size, sizeof(Ticket));
    if (m->failed) return;
    for (int64_t i = 0; i < sites; i++) {
        places->beds[i] = beds[i];
        places->free[i] = beds[i] == UNLIMITED ? 1 : beds[i];
    }
}

static void begin(Model *m) {
    const World *w = m->w;
    m->heap_size = w->people / 2 + 1;
    m->requests_size = 16;
    m->heap = grown(m, NULL, m->heap_size, sizeof(int64_t));
    m->requests = grown(m, NULL, m->requests_size, sizeof(Request));
    m->patients = grown(m, NULL, w->people + 1, sizeof(Patient));
    m->meters = grown(m, NULL, w->contracts + 1, sizeof(Meter));
    m->in_use_of = calloc((size_t)w->people + 1, sizeof(int64_t));
    m->nursing_mark = calloc((size_t)w->people + 1, sizeof(int64_t));
    m->stay_mark = calloc((size_t)w->people + 1, sizeof(int64_t));
    if (!m->in_use_of || !m->nursing_mark || !m->stay_mark) m->failed = NO_MEMORY;
    begin_places(m, &m->places, w->sites, w->kinds, w->beds);
    begin_places(m, &m->nursing, 1, w->nursing_kind, w->nursing_beds);
    if (m->failed) return;
    for (int64_t i = 0; i < w->contracts; i++) {
        Meter *meter = &m->meters[i];
        memset(meter, 0, sizeof *meter);
        meter->allowance = w->allowance[i];
        meter->rate = w->background[i];
        open_year(m, meter, 0);
        meter->last = meter->start;
    }
    for (int64_t row = 0; row < w->people; row++) {
        Patient *p = &m->patients[row];
        memset(p, 0, sizeof *p);
        p->position = w->offsets[row];
        p->armed = p->due = p->care_due = FAR_FUTURE;
        p->setting = NOWHERE;
        p->requested = p->granted = NEVER;
        p->left_hospital = -FAR_FUTURE;
        p->admission = p->ready = NONE;
        p->site = p->nursing_site = p->wait = p->nursing_wait = p->care = NONE;
        p->paid = NO_CEILING;
    }
}

static int64_t loop(Model *m) {
    const World *w = m->w;
    int64_t now = w->first, planned = 0;
    for (int64_t row = 0; row < w->people; row++) arm(m, (int)row);
    while (!m->failed) {
        int64_t next = m->heap_used ? m->heap[0] >> EVENT_BITS : FAR_FUTURE;
        if (w->queue && (!m->heap_used || next >= w->until)) break;
        if (planned < w->changes_planned && w->planned_minute[planned] <= next) {
            now = w->planned_minute[planned];
            change_beds(m, (int)w->planned_site[planned], w->planned_beds[planned], now);
            planned++;
            continue;
        }
        if (!m->heap_used) break;
        int64_t key = pop(m);
        now = key >> EVENT_BITS;
        if ((key >> KEY_ROW_BITS & ((1 << KIND_BITS) - 1)) == BED_READY) {
            int site = (int)(key & KEY_ROW_MASK);
            hand_over(m, release(m, &m->places, site), site, now);
        } else
            wake(m, (int)(key & KEY_ROW_MASK), now);
    }
    if (!w->queue) return now;
    if (m->heap_used) now = w->until;
    for (int64_t row = 0; row < w->people; row++)
        if (m->patients[row].setting != NOWHERE) close_stay(m, (int)row, w->until, MOVED, m->patients[row].setting);
    return now;
}

static void hand_out(Rows *rows, int64_t **at, int64_t *used) {
    *at = rows->at;
    *used = rows->used;
}

/* Run a region; 0, or why nothing was made. What it hands out is freed by `palsim_free`. */
int palsim_run(const World *w, Answer *answer) {
    Model model = {.w = w}, *m = &model;
    begin(m);
    if (!m->failed) {
        int64_t now = loop(m);
        for (int64_t i = 0; i < w->contracts && !m->failed; i++) {
            advance(m, i, now);
            close_year(m, i);
        }
    }
    if (!m->failed)
        for (int64_t row = 0; row < w->people; row++) {
            answer->granted[row] = m->patients[row].granted;
            answer->care[row] = m->patients[row].care > 0 ? m->patients[row].care : 0;
        }
    hand_out(&m->stays, &answer->stays, &answer->stays_used);
    hand_out(&m->refusals, &answer->refusals, &answer->refusals_used);
    hand_out(&m->lost, &answer->lost, &answer->lost_used);
    hand_out(&m->segments, &answer->segments, &answer->segments_used);
    hand_out(&m->changes, &answer->changes, &answer->changes_used);
    free(m->heap); free(m->requests); free(m->patients); free(m->meters);
    free(m->in_use_of); free(m->nursing_mark); free(m->stay_mark);
    free(m->places.beds); free(m->places.free); free(m->places.queue);
    free(m->nursing.beds); free(m->nursing.free); free(m->nursing.queue);
    return m->failed;
}

void palsim_free(Answer *answer) {
    free(answer->stays); free(answer->refusals); free(answer->lost);
    free(answer->segments); free(answer->changes);
}
