using DoubleRandom.Inspections.Cases;

namespace DoubleRandom.Inspections.Campaigns;

/// <summary>
/// The persons of a plan while its seats are filled: who is out on which day, and who has how many seats. Kept so that the next in line is found without looking
/// through all the others, for a province has thirty thousand officers and fifty thousand visits.
/// </summary>
internal sealed class Seating
{
    private readonly PlanRequest _request;
    private readonly Dictionary<DateOnly, int> _dayOf = [];

    /// <summary>One bit a person and day.</summary>
    private readonly ulong[] _out;

    /// <summary>Seats by person. Somebody who stands in two parts is one person.</summary>
    private readonly int[] _seats;

    private readonly Line[] _lines;

    /// <summary>Where a person stands: in which lines, at which place.</summary>
    private readonly List<(Line Line, int Place)>[] _places;

    public Seating(PlanRequest request)
    {
        _request = request;
        for (var i = 0; i < request.Days.Count; i++) _dayOf[request.Days[i]] = i;
        Dictionary<string, int> numbers = new(StringComparer.Ordinal);
        _lines = [.. ((TeamPart[])[TeamPart.Leader, TeamPart.Officer, TeamPart.Expert]).Select(part => new Line([.. request.People.Where(p => p.Part == part).OrderBy(p => p.Position)], numbers))];
        _seats = new int[numbers.Count];
        _places = [.. Enumerable.Range(0, numbers.Count).Select(_ => new List<(Line, int)>(1))];
        foreach (var line in _lines)
        {
            for (var i = 0; i < line.People.Length; i++) _places[line.Persons[i]].Add((line, i));
        }
        _out = new ulong[((long)numbers.Count * request.Days.Count + 63) / 64];
    }

    /// <summary>Fills the seats of a visit: each goes to the eligible person with the fewest seats, ties by ticket order.</summary>
    public PlannedVisit Seat(string inspectee, DateOnly on)
    {
        List<PlannedSeat> seats = new(1 + _request.Officers + _request.Experts);
        List<PlannedSkip>? skips = null;
        List<TeamPart>? missing = null;
        Fill(_lines[0], TeamPart.Leader, 1);
        Fill(_lines[1], TeamPart.Officer, _request.Officers);
        Fill(_lines[2], TeamPart.Expert, _request.Experts);
        return new PlannedVisit(inspectee, on, seats, skips ?? [], missing ?? []);

        void Fill(Line line, TeamPart part, int wanted)
        {
            var before = seats.Count;
            for (var level = 0; level < line.Levels.Count && wanted > 0; level++)
            {
                for (var place = line.Levels[level].Next(0); place >= 0 && wanted > 0; place = line.Levels[level].Next(place + 1))
                {
                    var person = line.People[place];
                    // Whoever has just been given a seat here is met again a level up, where he is no longer asked.
                    if (level > 0 && TakenSince(before, person)) continue;
                    if ((person.WhyNot(inspectee, on) ?? (IsOut(line.Persons[place], on) ? AssignmentPlanner.AlreadyOut : null)) is { } reason)
                    {
                        (skips ??= []).Add(new PlannedSkip(person, reason));
                        continue;
                    }
                    seats.Add(new PlannedSeat(person, level));
                    Take(line.Persons[place], on);
                    wanted--;
                }
            }
            for (; wanted > 0; wanted--) (missing ??= []).Add(part);
        }

        bool TakenSince(int from, RosterPerson person)
        {
            for (var i = from; i < seats.Count; i++)
            {
                if (ReferenceEquals(seats[i].Person, person)) return true;
            }
            return false;
        }
    }

    /// <summary>A visit that lacks somebody goes to the first day on which nobody is lacking, later days first; null when there is none.</summary>
    public PlannedVisit? Move(PlannedVisit visit)
    {
        foreach (var seat in visit.Seats) Free(PersonOf(seat), visit.On);
        foreach (var day in _request.Days.Where(d => d > visit.On).Concat(_request.Days.Where(d => d < visit.On)))
        {
            var tried = Seat(visit.Inspectee, day);
            if (tried.Missing.Count == 0) return tried with { Skips = [.. visit.Skips, .. tried.Skips] };
            foreach (var seat in tried.Seats) Free(PersonOf(seat), day);
        }
        foreach (var seat in visit.Seats) Take(PersonOf(seat), visit.On);
        return null;
    }

    private int PersonOf(PlannedSeat seat)
    {
        var line = _lines[(int)seat.Person.Part];
        return line.Persons[Array.IndexOf(line.People, seat.Person)];
    }

    private bool IsOut(int person, DateOnly on)
    {
        var bit = (long)person * _request.Days.Count + _dayOf[on];
        return (_out[bit >> 6] & (1UL << (int)(bit & 63))) != 0;
    }

    private void Take(int person, DateOnly on) => Change(person, on, 1);

    private void Free(int person, DateOnly on) => Change(person, on, -1);

    private void Change(int person, DateOnly on, int by)
    {
        var bit = (long)person * _request.Days.Count + _dayOf[on];
        if (by > 0) _out[bit >> 6] |= 1UL << (int)(bit & 63);
        else _out[bit >> 6] &= ~(1UL << (int)(bit & 63));
        foreach (var (line, place) in _places[person])
        {
            line.Levels[_seats[person]].Remove(place);
            line.LevelOf(_seats[person] + by).Add(place);
        }
        _seats[person] += by;
    }

    /// <summary>The persons of a part in ticket order, and by the number of their seats who stands there.</summary>
    private sealed class Line
    {
        public Line(RosterPerson[] people, Dictionary<string, int> numbers)
        {
            People = people;
            Persons = new int[people.Length];
            for (var i = 0; i < people.Length; i++)
            {
                if (!numbers.TryGetValue(people[i].Number, out var number)) numbers[people[i].Number] = number = numbers.Count;
                Persons[i] = number;
                LevelOf(0).Add(i);
            }
        }

        public RosterPerson[] People { get; }

        public int[] Persons { get; }

        public List<Places> Levels { get; } = [];

        public Places LevelOf(int seats)
        {
            while (Levels.Count <= seats) Levels.Add(new Places(People.Length));
            return Levels[seats];
        }
    }

    /// <summary>A set of places that gives the next one: a bit a place, and a bit a word that is not empty.</summary>
    private sealed class Places(int count)
    {
        private readonly ulong[] _words = new ulong[(count + 63) / 64];
        private readonly ulong[] _used = new ulong[(count + 4095) / 4096];

        public void Add(int place)
        {
            _words[place >> 6] |= 1UL << (place & 63);
            _used[place >> 12] |= 1UL << (place >> 6 & 63);
        }

        public void Remove(int place)
        {
            if ((_words[place >> 6] &= ~(1UL << (place & 63))) == 0) _used[place >> 12] &= ~(1UL << (place >> 6 & 63));
        }

        /// <returns>The first place from the given one on; −1 when there is none.</returns>
        public int Next(int from)
        {
            var word = from >> 6;
            if (word >= _words.Length) return -1;
            var rest = _words[word] & (ulong.MaxValue << (from & 63));
            if (rest != 0) return (word << 6) + System.Numerics.BitOperations.TrailingZeroCount(rest);
            word++;
            for (var block = word >> 6; block < _used.Length; block++)
            {
                var left = _used[block] & (block == word >> 6 ? ulong.MaxValue << (word & 63) : ulong.MaxValue);
                if (left == 0) continue;
                var found = (block << 6) + System.Numerics.BitOperations.TrailingZeroCount(left);
                return (found << 6) + System.Numerics.BitOperations.TrailingZeroCount(_words[found]);
            }
            return -1;
        }
    }
}
