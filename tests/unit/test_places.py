"""Places: who gets a bed, who waits, and what happens when beds come and go."""

from __future__ import annotations

import pytest

from sim.journey.places import Places, Request

BTH, HCH, PU = 2, 3, 4


def test_the_first_choice_is_taken_before_the_second():
    places = Places([BTH, PU], [1, 1])
    assert places.take((PU, BTH)) == 1
    assert places.take((PU, BTH)) == 0
    assert places.take((PU, BTH)) == -1


def test_the_emptiest_site_of_a_kind_is_taken():
    places = Places([BTH, BTH], [1, 3])
    assert [places.take((BTH,)) for _ in range(4)] == [1, 1, 0, 1]


def test_a_freed_bed_goes_to_the_first_who_accepts_its_kind():
    places = Places([BTH, PU], [1, 1])
    for kind in (BTH, PU):
        places.take((kind,))
    only_pu, any_kind = Request((PU,)), Request((BTH, PU))
    places.wait(only_pu)
    places.wait(any_kind)
    assert places.release(0) is any_kind
    assert places.release(1) is only_pu
    assert places.release(0) is None
    assert places.free[0] == 1


def test_who_gave_up_is_passed_over_and_an_old_ticket_is_void():
    first, second = Places([BTH], [0]), Places([PU], [0])
    guest, other = Request((BTH, PU)), Request((BTH,))
    first.wait(guest)
    first.wait(other)
    guest.give_up()
    second.wait(guest)
    assert first.release(0) is other
    assert second.release(0) is guest


def test_added_beds_go_to_who_waits_and_the_rest_stays_free():
    places = Places([BTH], [0])
    waiting = Request((BTH,))
    places.wait(waiting)
    assert places.resize(0, 2) == [waiting]
    assert places.free[0] == 1


def test_beds_in_use_close_as_guests_leave():
    places = Places([BTH], [3])
    for _ in range(3):
        places.take((BTH,))
    assert places.resize(0, 1) == []
    waiting = Request((BTH,))
    places.wait(waiting)
    assert places.release(0) is None
    assert places.release(0) is None
    assert places.release(0) is waiting
    assert places.occupied(0) == 1


def test_an_unlimited_site_never_refuses_and_counts_no_beds():
    places = Places([BTH], [None])
    assert {places.take((BTH,)) for _ in range(100)} == {0}
    assert places.release(0) is None
    with pytest.raises(ValueError, match="without a limit"):
        places.occupied(0)
    with pytest.raises(ValueError, match="without a limit"):
        places.resize(0, 3)


def test_who_wants_one_house_only_gets_a_bed_there_and_nowhere_else():
    places = Places([BTH, BTH], [0, 1])
    own, any_house = Request((BTH,), site=0), Request((BTH,))
    assert places.take_at(0) == -1
    assert places.take_at(1) == 1
    places.wait(own)
    places.wait(any_house)
    assert places.release(1) is any_house
    assert places.resize(0, 1) == [own]


def test_who_goes_first_goes_before_who_asked_earlier():
    places = Places([BTH], [0])
    early, urgent, late = Request((BTH,)), Request((BTH,), first=True), Request((BTH,), first=True)
    for request in (early, urgent, late):
        places.wait(request)
    assert [places.release(0) for _ in range(3)] == [urgent, late, early]
